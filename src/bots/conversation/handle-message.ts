import {
  type ChatProfile,
  type PersonDefaults,
  recognizePerson,
} from '../../domain/accounts/chat-people.ts'
import type { Actor, User } from '../../domain/accounts/user.ts'
import { assertNever } from '../../domain/errors.ts'
import { recordExpense } from '../../domain/expenses/record-expense.ts'
import { editableSince } from '../../domain/expenses/undo-window.ts'
import { voidExpense } from '../../domain/expenses/void-expense.ts'
import { addMember } from '../../domain/groups/add-member.ts'
import { directGroup, groupOfChat, type NamedPerson } from '../../domain/groups/chat-groups.ts'
import { activeMembers, type Group } from '../../domain/groups/group.ts'
import type { Intent, PersonRef, ReadingContext } from '../../domain/parsing/intent.ts'
import { readMessage } from '../../domain/parsing/read-message.ts'
import type { Transaction } from '../../domain/ports.ts'
import { balanceCard, expenseCard, nameOf, readerOf } from './cards.ts'
import type { ChatPerson, IncomingMessage, IncomingUpdate } from './incoming.ts'
import { help, refusal, say, unclearWords } from './replies/en.ts'
import { type Block, type Message, type Reply, text } from './reply.ts'

/** Who writes, and in which group what they write is kept. */
type Scene = {
  readonly actor: Actor
  readonly user: User
  readonly group: Group
  readonly message: IncomingMessage
}

/** From a message to its effect and the answer; all in the caller's transaction. */
export async function handleMessage(
  tx: Transaction,
  message: IncomingMessage,
  defaults: PersonDefaults,
): Promise<Reply> {
  const user = await recognizeSender(tx, message, defaults)
  const actor: Actor = { userId: user.id, role: user.role, source: message.address.platform }
  const group = await groupOf(tx, actor, user, message)
  const scene: Scene = { actor, user, group, message }
  const intent = readMessage(message.text, readingContext(scene))
  return act(tx, scene, intent, defaults)
}

export function recognizeSender(
  tx: Transaction,
  update: IncomingUpdate,
  defaults: PersonDefaults,
): Promise<User> {
  const sighting = update.chatKind === 'private' ? 'spoke-in-private' : 'spoke'
  return recognizePerson(tx, profileOf(update, update.sender), defaults, sighting)
}

function profileOf(update: IncomingUpdate, person: ChatPerson): ChatProfile {
  const { platform, tenant } = update.address
  return { platform, tenant, ...person }
}

async function groupOf(
  tx: Transaction,
  actor: Actor,
  user: User,
  message: IncomingMessage,
): Promise<Group> {
  if (message.chatKind === 'private') return (await tx.groups.find(user.personalGroupId!))!
  return groupOfChat(tx, actor, user, { ...message.address, title: message.chatTitle })
}

function readingContext({ message, group, user }: Scene): ReadingContext {
  const isPrivate = message.chatKind === 'private'
  return {
    isPrivate,
    addressed: message.addressed,
    locale: user.locale,
    defaultCurrency: isPrivate ? user.defaultCurrency : group.currency,
    members: activeMembers(group)
      .filter((member) => member.userId !== user.id)
      .map((member) => ({ userId: member.userId, names: namesOf(member) })),
    mentions: message.mentions.map((mention) => ({
      start: mention.start,
      end: mention.end,
      handle: 'handle' in mention ? mention.handle : null,
    })),
  }
}

function namesOf(member: Group['members'][number]): readonly string[] {
  const firstName = member.displayName.split(/\s+/)[0] ?? member.displayName
  return [member.displayName, firstName, member.username, member.handle].filter(
    (name) => name !== null,
  )
}

async function act(
  tx: Transaction,
  scene: Scene,
  intent: Intent,
  defaults: PersonDefaults,
): Promise<Reply> {
  switch (intent.type) {
    case 'none':
      return { type: 'silence' }
    case 'help':
      return answer(help)
    case 'unclear':
      return answer(refusal(unclearWords(intent.problem, intent.word), intent.command))
    case 'balance':
      return { type: 'message', message: await balances(tx, scene) }
    case 'undo':
      return undoLatest(tx, scene)
    case 'expense':
      return record(tx, scene, scene.group, { ...intent, sharers: [scene.user.id] })
    case 'split':
      return split(tx, scene, intent, defaults)
    default:
      return assertNever(intent)
  }
}

const answer = (blocks: readonly Block[]): Reply => ({
  type: 'message',
  message: { blocks, buttons: [] },
})

async function balances(tx: Transaction, { message, group, user }: Scene): Promise<Message> {
  const reader = readerOf(user, tx.clock.now())
  if (message.chatKind === 'private') {
    const own = await tx.balances.ofPerson(user.id)
    const standings = own.map(({ groupName, amount }) => ({ name: groupName, amount }))
    return balanceCard(say.ownBalances, standings, say.ownBalance, reader)
  }
  const standings = (await tx.balances.of(group.id)).map(({ userId, amount }) => ({
    name: nameOf(group, userId),
    amount,
  }))
  return balanceCard(say.balances(group.name), standings, say.groupBalance, reader)
}

type Spending = Pick<Intent & { type: 'expense' }, 'amount' | 'description'> & {
  readonly sharers: readonly string[]
}

/** The writer pays; the sharers bear it equally. */
async function record(
  tx: Transaction,
  scene: Scene,
  group: Group,
  spending: Spending,
): Promise<Reply> {
  const expense = await recordExpense(tx, scene.actor, {
    groupId: group.id,
    amount: spending.amount,
    description: spending.description || say.expense,
    split: { method: 'equal', participants: spending.sharers.map((userId) => ({ userId })) },
  })
  return {
    type: 'message',
    message: expenseCard(expense, group, readerOf(scene.user, tx.clock.now())),
  }
}

async function split(
  tx: Transaction,
  scene: Scene,
  intent: Intent & { type: 'split' },
  defaults: PersonDefaults,
): Promise<Reply> {
  const { amount, description } = intent
  if (intent.people === 'everyone') {
    const sharers = activeMembers(scene.group).filter((member) => member.role !== 'viewer')
    if (sharers.length < 2) return answer(refusal(unclearWords('missing-people', ''), 'split'))
    return record(tx, scene, scene.group, {
      amount,
      description,
      sharers: sharers.map((member) => member.userId),
    })
  }
  const named = await Promise.all(intent.people.map((ref) => nameOfRef(scene, ref)))
  const people: NamedPerson[] = []
  for (const ref of named) {
    people.push(
      'person' in ref ? { userId: (await mentioned(tx, scene, ref.person, defaults)).id } : ref,
    )
  }
  const { group, userIds } = await seat(tx, scene, people)
  return record(tx, scene, group, {
    amount,
    description,
    sharers: [...new Set([scene.user.id, ...userIds])],
  })
}

type Named = NamedPerson | { readonly person: ChatPerson }

function nameOfRef(scene: Scene, ref: PersonRef): Named {
  if (ref.kind === 'member') return { userId: ref.userId }
  if (ref.kind === 'handle') return { handle: ref.handle }
  const mention = scene.message.mentions[ref.index]!
  return 'person' in mention ? { person: mention.person } : { handle: mention.handle }
}

function mentioned(
  tx: Transaction,
  scene: Scene,
  person: ChatPerson,
  defaults: PersonDefaults,
): Promise<User> {
  return recognizePerson(tx, profileOf(scene.message, person), defaults, 'mentioned')
}

/**
 * Makes sure that everybody named is in the group in which the cost is kept: the chat's, or in
 * private the direct group of exactly these people. Nobody who was named is ever dropped.
 */
async function seat(
  tx: Transaction,
  scene: Scene,
  people: readonly NamedPerson[],
): Promise<{ group: Group; userIds: readonly string[] }> {
  if (scene.message.chatKind === 'private') {
    const group = await directGroup(tx, scene.actor, people)
    return { group, userIds: activeMembers(group).map((member) => member.userId) }
  }
  const userIds: string[] = []
  for (const person of people) userIds.push(await seatOne(tx, scene, person))
  return { group: (await tx.groups.find(scene.group.id))!, userIds }
}

async function seatOne(tx: Transaction, scene: Scene, person: NamedPerson): Promise<string> {
  const group = (await tx.groups.find(scene.group.id))!
  const members = activeMembers(group)
  if ('userId' in person) {
    const isMember = members.some((member) => member.userId === person.userId)
    if (!isMember) await addMember(tx, scene.actor, group.id, { userId: person.userId })
    return person.userId
  }
  const { platform, tenant } = scene.message.address
  const known = members.find((member) => sameHandle(member.handle, person.handle))?.userId
  const [called, ...others] = known
    ? [known]
    : await tx.identities.membersCalled(group.id, platform, tenant, person.handle)
  if (called && others.length === 0) return called
  const guest = await addMember(tx, scene.actor, group.id, {
    guestName: person.handle,
    handle: person.handle,
  })
  return guest.userId
}

const sameHandle = (left: string | null, right: string): boolean =>
  left?.toLowerCase() === right.toLowerCase()

async function undoLatest(tx: Transaction, scene: Scene): Promise<Reply> {
  const since = editableSince(tx.clock.now())
  const latest = await tx.expenses.latestBy(scene.user.id, await groupsInSight(tx, scene), since)
  if (!latest) return answer([text(say.nothingToUndo)])
  const expense = await voidExpense(tx, scene.actor, latest.id)
  const group = (await tx.groups.find(expense.groupId))!
  return {
    type: 'message',
    message: expenseCard(expense, group, readerOf(scene.user, tx.clock.now())),
  }
}

const mostDirectGroups = 200

/** A group chat keeps one book; what is written in private lands in the personal and the direct ones. */
async function groupsInSight(
  tx: Transaction,
  { message, group, user }: Scene,
): Promise<readonly string[]> {
  if (message.chatKind === 'group') return [group.id]
  const page = { limit: mostDirectGroups, after: null }
  const groups = await tx.groups.listOf(user.id, ['personal', 'direct'], page)
  return groups.items.map(({ id }) => id)
}
