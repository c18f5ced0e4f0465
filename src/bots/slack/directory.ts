import type { webApi } from '@slack/bolt'
import type { SlackProfile } from './read-event.ts'

/** The names of people and channels, so far as Slack tells them in time. */
export type Directory = {
  profiles(userIds: readonly string[]): Promise<ReadonlyMap<string, SlackProfile | null>>
  channelNames(channelIds: readonly string[]): Promise<ReadonlyMap<string, string | null>>
  /** Their profile changed. */
  forget(userId: string): void
}

const mostRemembered = 2000
const rememberedMs = 10 * 60_000
/** A refusal is remembered too, so that an app without the scope asks seldom. */
const refusalRememberedMs = 60_000
/** More mentions than this in one message are shown by what the message itself says. */
const mostAsked = 20

export function createDirectory(client: webApi.WebClient, now: () => number = Date.now): Directory {
  const people = rememberingCache<SlackProfile>(now, async (user) => {
    const answer = await client.users.info({ user, include_locale: true })
    return answer.user ? profileFrom(answer.user) : null
  })
  const channels = rememberingCache<string>(now, async (channel) => {
    const answer = await client.conversations.info({ channel })
    return answer.channel?.name ?? null
  })
  return { profiles: people.findAll, channelNames: channels.findAll, forget: people.forget }
}

type User = NonNullable<webApi.UsersInfoResponse['user']>

function profileFrom(user: User): SlackProfile | null {
  const { profile, name } = user
  // An empty display name means that the person never chose one.
  const displayName = profile?.display_name || profile?.real_name || user.real_name || name || ''
  if (!displayName) return null
  const { locale, tz } = user
  return { displayName, username: name ?? null, locale: locale ?? null, timeZone: tz ?? null }
}

type Remembered<Value> = { readonly value: Promise<Value | null>; forgetAt: number }

function rememberingCache<Value>(now: () => number, ask: (id: string) => Promise<Value | null>) {
  const known = new Map<string, Remembered<Value>>()

  const find = (id: string): Promise<Value | null> => {
    const before = known.get(id)
    if (before && before.forgetAt > now()) return before.value
    const entry: Remembered<Value> = {
      value: ask(id).catch(() => {
        entry.forgetAt = now() + refusalRememberedMs
        return null
      }),
      forgetAt: now() + rememberedMs,
    }
    known.delete(id)
    known.set(id, entry)
    const oldest = known.size > mostRemembered ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
    return entry.value
  }

  const findAll = async (ids: readonly string[]): Promise<ReadonlyMap<string, Value | null>> => {
    const asked = ids.slice(0, mostAsked)
    const values = await Promise.all(asked.map(find))
    return new Map(asked.map((id, index) => [id, values[index] ?? null]))
  }

  return { findAll, forget: (id: string) => void known.delete(id) }
}
