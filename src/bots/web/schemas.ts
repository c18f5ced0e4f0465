import { maxTextLength } from './wire.ts'

const id = { type: 'string', minLength: 1, maxLength: 200 } as const
const sent = {
  chatId: id,
  clientKey: { type: 'string', pattern: '^[A-Za-z0-9_-]{8,64}$' },
  timeZone: { type: 'string', maxLength: 64 },
  locale: { type: 'string', pattern: '^[A-Za-z0-9-]{2,35}$' },
} as const

function body(required: readonly string[], properties: Readonly<Record<string, object>>) {
  const schema = { type: 'object', additionalProperties: false, required, properties } as const
  return { hide: true, body: schema }
}

export const hidden = { hide: true } as const
export const messageSchema = body(['chatId', 'text', 'clientKey'], {
  ...sent,
  text: { type: 'string', pattern: '\\S', maxLength: maxTextLength },
})
export const actionSchema = body(['chatId', 'action', 'messageId', 'clientKey'], {
  ...sent,
  action: { type: 'string', minLength: 1, maxLength: 64 },
  messageId: id,
})
export const sessionSchema = body(['accessToken'], {
  accessToken: { type: 'string', minLength: 1, maxLength: 4096 },
})
