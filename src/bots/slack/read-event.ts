import type {
  ChatAddress,
  ChatPerson,
  IncomingAction,
  IncomingMessage,
  IncomingUpdate,
} from '../conversation/incoming.ts'
import { type DecodedText, decodeText } from './read-text.ts'
import { isJson, type Json, objectAt, textAt } from './wire.ts'

/** Somebody as users.info describes them. */
export type SlackProfile = Omit<ChatPerson, 'externalId'>

/** What reading needs to know besides the payload itself. */
export type Surroundings = {
  /** The installation; null while Slack has not told it yet. */
  readonly tenant: string | null
  readonly botUserId: string | null
  readonly profileOf: (userId: string) => SlackProfile | null
  readonly channelNameOf: (channelId: string) => string | null
  readonly now: Date
}

/** A payload of Slack as the conversation sees it; null when it is not for us. */
export function readEvent(body: Json, around: Surroundings): IncomingUpdate | null {
  if (textAt(body, 'command')) return readCommand(body, around)
  if (body.type === 'block_actions') return readAction(body, around)
  if (body.type === 'event_callback') return readMessageEvent(body, around)
  return null
}

/** Everybody and every channel whose name would make this update richer. */
export function namesWantedBy(update: IncomingUpdate): {
  userIds: readonly string[]
  channelIds: readonly string[]
} {
  const mentions = update.kind === 'message' ? update.mentions : []
  const people = mentions.flatMap((mention) => ('person' in mention ? [mention.person] : []))
  const isUnnamed = update.chatKind === 'group' && update.chatTitle === null
  return {
    userIds: [...new Set([update.sender, ...people].map(({ externalId }) => externalId))],
    channelIds: isUnnamed ? [update.address.chatId] : [],
  }
}

function readCommand(body: Json, around: Surroundings): IncomingMessage | null {
  const [command, triggerId] = [textAt(body, 'command'), textAt(body, 'trigger_id')]
  const [channelId, userId] = [textAt(body, 'channel_id'), textAt(body, 'user_id')]
  const tenant = tenantOf(body, around)
  if (!command || !triggerId || !channelId || !userId || !tenant) return null
  const decoded = decode(`${command} ${textAt(body, 'text') ?? ''}`.trimEnd(), body, around)
  return {
    kind: 'message',
    deliveryKey: `command:${triggerId}`,
    address: addressOf(tenant, channelId, null),
    ...chatOf(channelId, body, textAt(body, 'channel_name'), around),
    sender: personOf(userId, textAt(body, 'user_name'), around),
    ...contentOf(decoded, around),
    addressed: true,
    sentAt: around.now.toISOString(),
    transport: transportOf({ responseUrl: textAt(body, 'response_url') }),
  }
}

const readSubtypes: ReadonlySet<unknown> = new Set([undefined, 'file_share', 'thread_broadcast'])

function readMessageEvent(body: Json, around: Surroundings): IncomingMessage | null {
  const event = objectAt(body, 'event')
  if (event.type !== 'message' && event.type !== 'app_mention') return null
  if (!readSubtypes.has(event.subtype) || event.bot_id || event.hidden === true) return null
  const [channelId, userId] = [textAt(event, 'channel'), textAt(event, 'user')]
  const [ts, tenant] = [textAt(event, 'ts'), tenantOf(body, around)]
  const sentAt = ts === null ? null : instantOf(ts)
  if (!channelId || !userId || !sentAt || !tenant) return null
  if (userId === botOf(body, around) || userId === 'USLACKBOT') return null
  const decoded = decode(textAt(event, 'text') ?? '', body, around)
  const chat = chatOf(channelId, event, null, around)
  const addressed = chat.chatKind === 'private' || event.type === 'app_mention' || decoded.namesBot
  // What people say to each other is not even stored.
  if (!addressed) return null
  return {
    kind: 'message',
    // A mention comes as two events under two event ids; the message itself is one.
    deliveryKey: `message:${channelId}:${ts}`,
    address: addressOf(tenant, channelId, textAt(event, 'thread_ts')),
    ...chat,
    sender: personOf(userId, null, around),
    ...contentOf(decoded, around),
    addressed,
    sentAt,
    transport: {},
  }
}

function readAction(body: Json, around: Surroundings): IncomingAction | null {
  const pressed = Array.isArray(body.actions) ? body.actions[0] : null
  const container = objectAt(body, 'container')
  const channel = objectAt(body, 'channel')
  const user = objectAt(body, 'user')
  const action = isJson(pressed) ? textAt(pressed, 'value') : null
  const [messageId, triggerId] = [textAt(container, 'message_ts'), textAt(body, 'trigger_id')]
  const channelId = textAt(channel, 'id') ?? textAt(container, 'channel_id')
  const [userId, tenant] = [textAt(user, 'id'), tenantOf(body, around)]
  if (!action || !messageId || !triggerId || !channelId || !userId || !tenant) return null
  const threadId = textAt(container, 'thread_ts') ?? textAt(objectAt(body, 'message'), 'thread_ts')
  return {
    kind: 'action',
    deliveryKey: `action:${triggerId}`,
    address: addressOf(tenant, channelId, threadId),
    ...chatOf(channelId, body, textAt(channel, 'name'), around),
    sender: personOf(userId, textAt(user, 'username') ?? textAt(user, 'name'), around),
    action,
    messageId,
    transport: transportOf({
      responseUrl: textAt(body, 'response_url'),
      isEphemeral: container.is_ephemeral === true ? 'true' : null,
    }),
  }
}

/**
 * The installation, the same for everything that comes from one channel: payloads name the workspace of
 * whoever acted, which in a shared channel may be another one.
 */
function tenantOf(body: Json, around: Surroundings): string | null {
  if (around.tenant) return around.tenant
  const authorization = authorizationOf(body)
  const isOrganisation = String(authorization.is_enterprise_install ?? body.is_enterprise_install)
  const enterpriseId =
    textAt(authorization, 'enterprise_id') ??
    textAt(body, 'enterprise_id') ??
    textAt(objectAt(body, 'enterprise'), 'id')
  if (isOrganisation === 'true' && enterpriseId) return enterpriseId
  return (
    textAt(authorization, 'team_id') ??
    textAt(body, 'team_id') ??
    textAt(objectAt(body, 'team'), 'id')
  )
}

function authorizationOf(body: Json): Json {
  const first = Array.isArray(body.authorizations) ? body.authorizations[0] : null
  return isJson(first) ? first : {}
}

function botOf(body: Json, around: Surroundings): string | null {
  return around.botUserId ?? textAt(authorizationOf(body), 'user_id')
}

function decode(raw: string, body: Json, around: Surroundings): DecodedText {
  const nameOf = (userId: string) => around.profileOf(userId)?.username ?? null
  return decodeText(raw, botOf(body, around), nameOf)
}

function contentOf(
  decoded: DecodedText,
  around: Surroundings,
): Pick<IncomingMessage, 'text' | 'mentions'> {
  const mentions = decoded.mentions.map(({ start, end, userId, label }) => {
    return { start, end, person: personOf(userId, label, around) }
  })
  return { text: decoded.text, mentions }
}

function personOf(userId: string, name: string | null, around: Surroundings): ChatPerson {
  const unknown = { displayName: name ?? userId, username: name, locale: null, timeZone: null }
  return { externalId: userId, ...unknown, ...around.profileOf(userId) }
}

const addressOf = (tenant: string, chatId: string, threadId: string | null): ChatAddress => ({
  platform: 'slack',
  tenant,
  chatId,
  threadId,
})

function chatOf(
  channelId: string,
  payload: Json,
  name: string | null,
  around: Surroundings,
): Pick<IncomingUpdate, 'chatKind' | 'chatTitle'> {
  if (isDirect(channelId, payload)) return { chatKind: 'private', chatTitle: null }
  return { chatKind: 'group', chatTitle: namedChannel(name) ?? around.channelNameOf(channelId) }
}

function isDirect(channelId: string, payload: Json): boolean {
  return (
    channelId.startsWith('D') ||
    payload.channel_type === 'im' ||
    payload.channel_name === 'directmessage'
  )
}

/** Slack writes the kind instead of the name where the name is private, and makes one up for several people. */
function namedChannel(name: string | null): string | null {
  return name === null || name === 'privategroup' || name.startsWith('mpdm-') ? null : name
}

function transportOf(values: Readonly<Record<string, string | null>>): Record<string, string> {
  const given = Object.entries(values).filter((entry): entry is [string, string] => !!entry[1])
  return Object.fromEntries(given)
}

/** A message's ts is its moment in seconds, with a counter behind the point. */
function instantOf(ts: string): string | null {
  if (!/^\d{1,11}\.\d+$/.test(ts)) return null
  return new Date(Number(ts) * 1000).toISOString()
}
