import type { Knex } from 'knex'

/**
 * Exchange rates as they were quoted or typed: a small reference table. A rate is text, because its
 * digits are kept as they came; one without an owner came from a rate source and serves everybody.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table rates (
      id uuid not null,
      base char(3) not null,
      quote char(3) not null,
      rate text not null,
      rate_on date not null,
      source text not null,
      owner_id uuid,
      created_at timestamptz not null,
      constraint rates_pkey primary key (id),
      constraint rates_pair_unique unique nulls not distinct (base, quote, rate_on, owner_id),
      constraint rates_owner_id_fkey foreign key (owner_id) references users (id),
      constraint rates_pair_check check (base <> quote),
      constraint rates_rate_check check (rate ~ '^(0|[1-9][0-9]{0,9})([.][0-9]{1,27}|)$' and rate ~ '[1-9]'),
      constraint rates_source_check check (char_length(source) between 1 and 50)
    );
    create index rates_date_index on rates (rate_on desc, id desc);
    comment on column rates.rate is 'units of quote for one unit of base';
  `)
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table rates')
}
