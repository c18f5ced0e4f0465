import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance } from 'fastify'
import { docsPage, docsScript } from './docs-page.ts'
import { type Document, finishDocument } from './openapi-document.ts'

const description = `Quits records what people spend and tells a group who owes whom.

Sign in with \`POST /api/v1/auth/login\` and send the access token as \`Authorization: Bearer …\`.
Amounts are decimal text beside an ISO 4217 currency. A refusal is a problem document (RFC 9457)
with a stable \`code\`. Lists go on while there is a \`nextCursor\`. Changes take the \`ETag\` you read
as \`If-Match\`; requests that create take an \`Idempotency-Key\`.`

/** Scripts only from here; the page's own look is set in style attributes. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const aDaySeconds = 86_400

/** The document at /docs/json is made from the routes; the page at /docs shows it. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Quits',
        version: '1',
        description,
        license: { name: 'MIT', identifier: 'MIT' } as { name: string },
      },
      servers: [{ url: '/', description: 'This server' }],
      tags: [
        { name: 'auth', description: 'Accounts and sessions' },
        { name: 'users', description: 'The signed-in person' },
        { name: 'expenses', description: 'What was spent, who paid, who shares' },
        { name: 'categories', description: 'What it was spent on' },
        { name: 'groups', description: 'People who share, and who owes whom' },
        { name: 'settlements', description: 'Payments between people, made and suggested' },
        { name: 'rates', description: 'What one currency is worth in another' },
        { name: 'invites', description: 'Links into a group' },
        { name: 'admin', description: 'For admins of the installation' },
        { name: 'running', description: 'For operators' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const isOurs = url.startsWith('/api/v1/') || /^\/(healthz|readyz)$/.test(url)
      if (!schema || !isOurs) return { schema: { ...schema, hide: true }, url }
      const access = route.config?.access
      return { schema: { ...schema, security: access === 'public' ? [] : [{ bearer: [] }] }, url }
    },
    transformObject: (document: object) =>
      finishDocument((document as { openapiObject: Document }).openapiObject),
  })

  app.get('/docs/json', { config: { access: 'public' } }, async () => app.swagger())
  for (const url of ['/docs', '/docs/']) {
    app.get(url, { config: { access: 'public' } }, async (_request, reply) =>
      reply
        .header('content-security-policy', pagePolicy)
        .type('text/html; charset=utf-8')
        .send(docsPage),
    )
  }
  app.get('/docs/page.js', { config: { access: 'public' } }, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(docsScript),
  )
  app.get(
    '/docs/reference/js/scalar.js',
    { config: { access: 'public' } },
    async (_request, reply) =>
      reply
        .header('cache-control', `public, max-age=${aDaySeconds}`)
        .type('text/javascript; charset=utf-8')
        .send(await readReferenceScript()),
  )
  for (const url of ['/docs/reference', '/docs/reference/']) {
    app.get(url, { config: { access: 'public' } }, async (_request, reply) =>
      reply.redirect('/docs'),
    )
  }
}

/**
 * The package holds its script in a module of 4 MB, which costs 35 MB of memory: loaded when somebody
 * reads the page. Only the script is wanted; the package's own page would need inline scripts.
 */
async function readReferenceScript(): Promise<Buffer> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const library = Fastify()
  await library.register(scalar, { routePrefix: '/', configuration: { url: '/docs/json' } })
  const { rawPayload } = await library.inject('/js/scalar.js')
  await library.close()
  return rawPayload
}
