import type { Knex } from 'knex'

/** Finding what was refunded of an expense, before more is refunded than was spent. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create index expenses_refund_of_index on expenses (group_id, refund_of) where refund_of is not null',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index expenses_refund_of_index')
}
