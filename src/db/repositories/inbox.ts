import type { Knex } from 'knex'
import type { Platform } from '../../domain/accounts/identity.ts'
import type { Inbox, InboxEntry, InboxRepository } from '../../domain/ports.ts'

export function inboxRepository(trx: Knex): InboxRepository {
  return {
    async claim(id, state) {
      const row = await trx('chat_inbox').where({ id, state }).forUpdate().skipLocked().first()
      return row ? toEntry(row) : null
    },
    async markHandled(id, reply) {
      await trx('chat_inbox')
        .where({ id })
        .update({ state: 'handled', reply: JSON.stringify(reply) })
    },
  }
}

/** How long work may take before somebody else may look at the entry again. */
const leaseSeconds = 60

export function createInbox(knex: Knex): Inbox {
  const failure = (error: string) => ({
    attempts: knex.raw('attempts + 1'),
    last_error: error.slice(0, 500),
  })

  return {
    async store(entry) {
      const { rows } = await knex.raw(
        `insert into chat_inbox (id, platform, tenant, delivery_key, chat_id, payload, received_at, due_at)
         values (:id, :platform, :tenant, :deliveryKey, :chatId, :payload, cast(:receivedAt as timestamptz),
           cast(:receivedAt as timestamptz) + :lease * interval '1 second')
         on conflict (platform, tenant, delivery_key) do nothing returning id`,
        { ...entry, payload: JSON.stringify(entry.payload), lease: leaseSeconds },
      )
      return rows.length === 1
    },
    async find(id) {
      const row = await knex('chat_inbox').where({ id }).first()
      return row ? toEntry(row) : null
    },
    async findDelivery(platform, tenant, deliveryKey) {
      const row = await knex('chat_inbox')
        .where({ platform, tenant, delivery_key: deliveryKey })
        .first()
      return row ? toEntry(row) : null
    },
    async markAnswered(id, payload) {
      await knex('chat_inbox')
        .where({ id })
        .update({ state: 'answered', payload: JSON.stringify(payload), answered_at: knex.fn.now() })
    },
    async postpone(id, error, retryAt) {
      await knex('chat_inbox')
        .where({ id })
        .update({ ...failure(error), due_at: retryAt })
    },
    async setAside(id, error, payload) {
      await knex('chat_inbox')
        .where({ id })
        .update({ ...failure(error), state: 'failed', payload: JSON.stringify(payload) })
    },
    async setReply(id, reply) {
      await knex('chat_inbox')
        .where({ id })
        .update({ reply: JSON.stringify(reply) })
    },
    async overdue(platform, now, limit) {
      const { rows } = await knex.raw(
        `update chat_inbox set due_at = cast(:now as timestamptz) + :lease * interval '1 second'
         where id in (
           select id from chat_inbox
           where state in ('received', 'handled') and due_at <= :now and platform = :platform
           order by id limit :limit for update skip locked
         )
         returning *`,
        { now, lease: leaseSeconds, platform, limit },
      )
      return (rows as InboxRow[])
        .map(toEntry)
        .toSorted((left, right) => (left.id < right.id ? -1 : 1))
    },
    async history(platform, tenant, chatId, limit) {
      const rows = await knex('chat_inbox')
        .where({ platform, tenant, chat_id: chatId })
        .orderBy('id', 'desc')
        .limit(limit)
      return rows.map(toEntry).reverse()
    },
  }
}

type InboxRow = {
  id: string
  platform: Platform
  tenant: string
  delivery_key: string
  chat_id: string
  payload: unknown
  reply: unknown
  state: InboxEntry['state']
  attempts: number
  received_at: Date
}

function toEntry(row: InboxRow): InboxEntry {
  return {
    id: row.id,
    platform: row.platform,
    tenant: row.tenant,
    deliveryKey: row.delivery_key,
    chatId: row.chat_id,
    payload: row.payload,
    reply: row.reply,
    state: row.state,
    attempts: row.attempts,
    receivedAt: row.received_at,
  }
}
