import type { Knex } from 'knex'

/** Merging into somebody who is then merged themself leads on to the last one: those are looked up. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    'create index users_merged_into_id_index on users (merged_into_id) where merged_into_id is not null',
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index users_merged_into_id_index')
}
