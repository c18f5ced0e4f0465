import type { Knex } from 'knex'

/** When somebody proved that mail to their address reaches them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table users add column email_verified_at timestamptz;
    alter table users add constraint users_email_verified_check
      check (email is not null or email_verified_at is null);
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table users drop constraint users_email_verified_check;
    alter table users drop column email_verified_at;
  `)
}
