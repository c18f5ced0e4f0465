import { type PersonDefaults, recognizePerson } from '../../domain/accounts/chat-people.ts'
import { openSession } from '../../domain/accounts/log-in.ts'
import type { Actor, User } from '../../domain/accounts/user.ts'
import { notFound } from '../../domain/errors.ts'
import { addMember } from '../../domain/groups/add-member.ts'
import { groupOfChat } from '../../domain/groups/chat-groups.ts'
import type { Group } from '../../domain/groups/group.ts'
import type { Inbox, InboxEntry, Reads, Transaction, UnitOfWork } from '../../domain/ports.ts'
import type { ChatPerson, IncomingUpdate } from '../conversation/incoming.ts'
import type { Message, Reply } from '../conversation/reply.ts'
import type { WebChatOptions } from './plugin.ts'
import { webTenant } from './read-update.ts'
import type { WebChat, WebChatEntry } from './wire.ts'

export type WebPeopleServices = {
  readonly unitOfWork: UnitOfWork
  readonly reads: Reads
  readonly inbox: Inbox
  readonly defaults: PersonDefaults
  readonly issueAccessToken: (user: User, sessionId: string) => string
  readonly accessTokenSeconds: number
  readonly authenticate: (accessToken: string) => Promise<Actor | null>
}

type PeopleOptions = Pick<
  WebChatOptions,
  'demoPerson' | 'chats' | 'issueToken' | 'authenticate' | 'history' | 'replaceReply'
>

/** Whoever sits at the machine on which the demo runs. */
const demoSitter: ChatPerson = {
  externalId: 'you',
  displayName: 'You',
  username: null,
  locale: null,
  timeZone: null,
}
const demoChat = { chatId: 'demo-flat', title: 'Demo flat' } as const
const demoFriends = ['Ann', 'Bob'] as const

/** The people and chats behind the page: the demo's on this machine, an account's elsewhere. */
export function webPeople(services: WebPeopleServices): PeopleOptions {
  const { unitOfWork, reads, inbox, defaults } = services
  return {
    async demoPerson() {
      await unitOfWork.run((tx) => furnishDemo(tx, defaults))
      return demoSitter
    },
    async chats(person) {
      const own: WebChat = {
        chatId: `private-${person.externalId}`,
        kind: 'private',
        title: 'Private',
        people: [],
      }
      const demo: WebChat = { ...demoChat, kind: 'group', people: demoFriends }
      return person.externalId === demoSitter.externalId ? [own, demo] : [own]
    },
    async issueToken(externalId) {
      const { user, session } = await unitOfWork.run(async (tx) => {
        const user = await userBehind(tx, externalId)
        return { user, ...(await openSession(tx, user, 'chat page')) }
      })
      const expiresInSeconds = services.accessTokenSeconds
      return { token: services.issueAccessToken(user, session.id), expiresInSeconds }
    },
    async authenticate(accessToken) {
      const actor = await services.authenticate(accessToken)
      const user = actor && (await reads.users.find(actor.userId))
      return user ? unitOfWork.run((tx) => personOf(tx, user)) : null
    },
    async history(chatId, limit) {
      return (await inbox.history('web', webTenant, chatId, limit)).map(toEntry)
    },
    async replaceReply(entryId, message) {
      const reply: Reply = { type: 'message', message }
      await inbox.setReply(entryId, reply)
    },
  }
}

/** The demo's group with two friends, so that sharing can be tried alone. Made at the first visit. */
async function furnishDemo(tx: Transaction, defaults: PersonDefaults): Promise<void> {
  const user = await recognizePerson(tx, profileOf(demoSitter), defaults, 'spoke-in-private')
  const actor: Actor = { userId: user.id, role: user.role, source: 'web' }
  const group = await groupOfChat(tx, actor, user, {
    platform: 'web',
    tenant: webTenant,
    ...demoChat,
  })
  for (const name of demoFriends.filter((friend) => !hasHandle(group, friend))) {
    await addMember(tx, actor, group.id, { guestName: name, handle: name.toLowerCase() })
  }
}

const hasHandle = (group: Group, name: string): boolean =>
  group.members.some((member) => member.handle === name.toLowerCase())

const profileOf = (person: ChatPerson) => ({
  platform: 'web' as const,
  tenant: webTenant,
  ...person,
})

async function userBehind(tx: Transaction, externalId: string): Promise<User> {
  const identity = await tx.identities.find('web', webTenant, externalId)
  const user = identity && (await tx.users.find(identity.userId))
  if (!user) throw notFound('user')
  return user
}

/** Somebody with an account goes by their user id on the page, and gets an identity that leads back to it. */
async function personOf(tx: Transaction, user: User): Promise<ChatPerson> {
  const { displayName, username, locale, timeZone } = user
  if (!(await tx.identities.find('web', webTenant, user.id))) {
    await tx.identities.insert({
      id: tx.ids.next(),
      userId: user.id,
      platform: 'web',
      tenant: webTenant,
      externalId: user.id,
      username,
      displayName,
      canDm: true,
      createdAt: tx.clock.now(),
      lastSeenAt: null,
    })
  }
  return { externalId: user.id, displayName, username, locale, timeZone }
}

/** Pressed buttons stand in the history too, but what they changed shows on their card. */
function toEntry(entry: InboxEntry): WebChatEntry {
  const update = entry.payload as IncomingUpdate
  return {
    id: entry.id,
    text: update.kind === 'message' ? update.text : null,
    sentAt: entry.receivedAt.toISOString(),
    reply: shownReply(entry.reply as Reply | null),
  }
}

const shownReply = (reply: Reply | null): Message | null =>
  reply?.type === 'message' ? reply.message : null
