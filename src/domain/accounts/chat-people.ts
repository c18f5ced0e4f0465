import { LostRace } from '../errors.ts'
import type { CurrencyCode } from '../money/currencies.ts'
import type { Transaction } from '../ports.ts'
import { normaliseText } from '../text.ts'
import { parseTimeZone, type TimeZone } from '../time/zone.ts'
import { requireLocale } from './edit-profile.ts'
import { holdPerson } from './hold-person.ts'
import type { Identity, Platform } from './identity.ts'
import { createPerson } from './register.ts'
import type { User } from './user.ts'

/** Somebody as a chat platform describes them. */
export type ChatProfile = {
  readonly platform: Platform
  readonly tenant: string
  readonly externalId: string
  readonly displayName: string
  readonly username: string | null
  readonly locale: string | null
  readonly timeZone: string | null
}

/** What a person starts with where their platform does not say. */
export type PersonDefaults = {
  readonly locale: string
  readonly timeZone: TimeZone
  readonly currency: CurrencyCode
}

export type Sighting = 'spoke' | 'spoke-in-private' | 'mentioned'

/**
 * The user behind a chat identity; made at first contact, also for somebody who is only mentioned
 * with their id, so that they find their shares when they first speak.
 */
export async function recognizePerson(
  tx: Transaction,
  profile: ChatProfile,
  defaults: PersonDefaults,
  sighting: Sighting,
): Promise<User> {
  const known = await tx.identities.find(profile.platform, profile.tenant, profile.externalId)
  if (!known) return meetPerson(tx, profile, defaults, sighting)
  const current = { ...known, ...seen(tx, profile, sighting, known) }
  await tx.identities.update(current)
  return holdPerson(tx, known.userId)
}

async function meetPerson(
  tx: Transaction,
  profile: ChatProfile,
  defaults: PersonDefaults,
  sighting: Sighting,
): Promise<User> {
  const user = await createPerson(
    tx,
    {
      displayName: presentableName(profile),
      locale: accepted(profile.locale, requireLocale) ?? defaults.locale,
      timeZone: accepted(profile.timeZone, parseTimeZone) ?? defaults.timeZone,
      defaultCurrency: defaults.currency,
    },
    null,
  )
  const isNew = await tx.identities.insert({
    id: tx.ids.next(),
    userId: user.id,
    platform: profile.platform,
    tenant: profile.tenant,
    externalId: profile.externalId,
    createdAt: tx.clock.now(),
    ...seen(tx, profile, sighting, null),
  })
  if (!isNew) throw new LostRace()
  return user
}

function seen(tx: Transaction, profile: ChatProfile, sighting: Sighting, before: Identity | null) {
  return {
    username: profile.username ?? before?.username ?? null,
    displayName: presentableName(profile),
    canDm: sighting === 'spoke-in-private' || (before?.canDm ?? false),
    lastSeenAt: sighting === 'mentioned' ? (before?.lastSeenAt ?? null) : tx.clock.now(),
  }
}

/** A platform's name may be empty, too long or full of direction marks; somebody still has to be called something. */
function presentableName(profile: ChatProfile): string {
  const cleaned = normaliseText(
    profile.displayName.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '),
  )
  const name = [...cleaned].slice(0, 100).join('').trim()
  return name || profile.username || `Person ${profile.externalId}`
}

function accepted<Value>(text: string | null, parse: (text: string) => Value): Value | null {
  if (text === null) return null
  try {
    return parse(text)
  } catch {
    return null
  }
}
