import type { Knex } from 'knex'

/**
 * Words are found whatever their accents and case. The letters are folded by a function of ours,
 * because not every server has `unaccent`; where pg_trgm may be installed, an index of trigrams finds
 * rare words in large groups, and elsewhere the rows of the groups are read.
 */
export async function up(knex: Knex): Promise<void> {
  const collation = await caseCollation(knex)
  await knex.raw(`
    create or replace function folded_text(words text) returns text
    language sql immutable strict parallel safe
    return translate(
      replace(
        lower(regexp_replace(normalize(words, NFKD), U&'[\\0300-\\036F]', '', 'g') collate ${collation}),
        'ß', 'ss'),
      'łøđ', 'lod')
  `)
  const schema = await trigramSchema(knex)
  if (schema === null) return
  await knex.raw(
    `create index expenses_search_index on expenses
     using gin (folded_text(description || ' ' || notes) ??.gin_trgm_ops)`,
    [schema],
  )
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index if exists expenses_search_index')
  await knex.raw('drop function folded_text(text)')
}

/** One that knows the case of every letter, since the database's own may know only A to Z. */
async function caseCollation(knex: Knex): Promise<string> {
  const { rows } = await knex.raw(
    `select collname from pg_collation
     where collname in ('pg_c_utf8', 'und-x-icu') and collnamespace = 'pg_catalog'::regnamespace
     order by collname limit 1`,
  )
  return rows[0] ? `pg_catalog."${rows[0].collname}"` : '"default"'
}

/** Where pg_trgm is; null where it is missing and may not be made. */
async function trigramSchema(knex: Knex): Promise<string | null> {
  try {
    // A savepoint: the refusal must not take the migration with it.
    await knex.transaction((savepoint) => savepoint.raw('create extension if not exists pg_trgm'))
  } catch (error) {
    const mayNot = ['42501', '0A000', '58P01', '42704']
    if (!mayNot.includes(String((error as { code?: string }).code))) throw error
    return null
  }
  const { rows } = await knex.raw(
    `select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
     where e.extname = 'pg_trgm'`,
  )
  return rows[0]?.nspname ?? null
}
