import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { HTTPReceiver } from '@slack/bolt'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'

const mostSkewSeconds = 300

type RawRequest = IncomingMessage & { rawBody?: Buffer }

/**
 * Bolt's receiver on POST /slack/events. Slack signs the raw body, so body parsing here is Slack's
 * alone; requests are checked before Bolt because it lets timestamps of the future pass.
 */
export function slackRoutes(receiver: HTTPReceiver, signingSecret: string): FastifyPluginAsync {
  return async (slack) => {
    slack.removeAllContentTypeParsers()
    slack.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
      const raw: RawRequest = request.raw
      raw.rawBody = Buffer.from(body)
      done(null, raw.rawBody)
    })
    slack.addHook('preHandler', async (request, reply) => {
      if (isReachabilityCheck(request)) return reply.code(200).send()
      if (!isSignedBySlack(request, signingSecret)) return reply.code(401).send()
    })
    let isClosing = false
    slack.addHook('preClose', async () => {
      isClosing = true
    })
    slack.post('/slack/events', { schema: { hide: true } }, (request, reply) => {
      reply.hijack()
      // Fastify does not see this reply, so a kept connection would hold up its close.
      reply.raw.once('finish', () => {
        if (isClosing) request.raw.socket.end()
      })
      receiver.requestListener(request.raw, reply.raw)
    })
  }
}

/** Now and then Slack asks, unsigned, whether our certificate still works. */
function isReachabilityCheck({ headers, body }: FastifyRequest): boolean {
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return false
  return Buffer.isBuffer(body) && new URLSearchParams(body.toString()).get('ssl_check') === '1'
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
function isSignedBySlack({ headers, body }: FastifyRequest, signingSecret: string): boolean {
  const timestamp = headers['x-slack-request-timestamp']
  const signature = headers['x-slack-signature']
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return false
  if (!/^\d{1,12}$/.test(timestamp) || !Buffer.isBuffer(body)) return false
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > mostSkewSeconds) return false
  const hmac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body)
  const expected = Buffer.from(`v0=${hmac.digest('hex')}`)
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
