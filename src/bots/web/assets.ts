import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'

type Asset = { readonly type: string; readonly body: Buffer; readonly etag: string }

const folder = new URL('./page/', import.meta.url)
const typeOf: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const headers = {
  'cache-control': 'no-cache',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** The page's own files, read once: `/` and `/chat/<file>`. */
export const assets: FastifyPluginAsync = async (app) => {
  for (const name of await readdir(folder)) {
    const type = typeOf[extname(name)]
    if (type === undefined) continue
    const asset = newAsset(type, await readFile(new URL(name, folder)))
    const path = name === 'index.html' ? '/' : `/chat/${name}`
    app.get(path, { schema: { hide: true } }, (request, reply) => serve(asset, request, reply))
  }
}

function newAsset(type: string, body: Buffer): Asset {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  return { type, body, etag }
}

function serve(asset: Asset, request: FastifyRequest, reply: FastifyReply) {
  reply.headers({ ...headers, etag: asset.etag })
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim())
  if (known?.includes(asset.etag)) return reply.code(304).send()
  return reply.type(asset.type).send(asset.body)
}
