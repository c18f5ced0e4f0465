import { hash } from '@node-rs/argon2'
import type pg from 'pg'

export const people = 200
export const groups = 50
export const groupSize = 8
export const password = 'correct horse battery'

/** Fixed ids, which grow with their number as those of the program do. */
const idOf = (kind: string, number: string): string =>
  `cast(lpad(to_hex(1700000000000 + ${number}), 12, '0') || '7000' || '8'
     || left(md5('${kind}' || ${number}), 15) as uuid)`
const memberOf = (group: string, position: string): string =>
  idOf('user', `((${group}) * ${groupSize} + (${position})) % ${people}`)

/** Fills the program's own tables; checks and triggers are off while it does. */
export async function fillQuits(client: pg.Client, expenses: number): Promise<void> {
  const passwordHash = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
  await client.query("set session_replication_role = 'replica'")
  await client.query(
    `insert into users (id, username, username_key, email, email_key, password_hash, display_name, locale,
       time_zone, default_currency, personal_group_id, created_at, updated_at)
     select ${idOf('user', 'i')}, 'person' || i, 'person' || i, 'person' || i || '@example.org',
       'person' || i || '@example.org', $1, 'Person ' || i, 'en', 'Europe/Berlin', 'EUR',
       ${idOf('personal', 'i')}, now(), now()
     from generate_series(0, ${people - 1}) i`,
    [passwordHash],
  )
  for (const statement of [...groupStatements, ...expenseStatements(expenses)]) {
    await client.query(statement)
  }
  await client.query("set session_replication_role = 'origin'")
  await client.query('vacuum analyze')
}

const groupStatements = [
  `insert into groups (id, kind, name, currency, time_zone, created_by, created_at, updated_at)
   select ${idOf('personal', 'i')}, 'personal', 'Personal', 'EUR', 'Europe/Berlin', ${idOf('user', 'i')}, now(), now()
   from generate_series(0, ${people - 1}) i`,
  `insert into groups (id, kind, name, currency, time_zone, created_by, created_at, updated_at)
   select ${idOf('group', 'i')}, 'shared', 'Group ' || i, 'EUR', 'Europe/Berlin', ${memberOf('i', '0')}, now(), now()
   from generate_series(0, ${groups - 1}) i`,
  `insert into group_members (group_id, user_id, role, position, joined_at)
   select ${idOf('personal', 'i')}, ${idOf('user', 'i')}, 'owner', 0, now()
   from generate_series(0, ${people - 1}) i`,
  `insert into group_members (group_id, user_id, role, position, joined_at)
   select ${idOf('group', 'i')}, ${memberOf('i', 'k')}, case k when 0 then 'owner' else 'member' end, k, now()
   from generate_series(0, ${groups - 1}) i, generate_series(0, ${groupSize - 1}) k`,
]

/** Four of eight share each one; amounts divide by four but are not equal, so nobody ends at zero. */
function expenseStatements(expenses: number): string[] {
  const numbered = `(
    select i, i % ${groups} as g, (i / ${groups}) % ${groupSize} as payer, 4 * (300 + (i * 7919) % 9000) / 100.0 as amount,
      ${idOf('expense', 'i')} as id, date '2026-11-20' - (${expenses} - i) * 700 / ${expenses} as spent_on
    from generate_series(1, ${expenses}) i) n`
  const participants = `jsonb_build_array(${[0, 1, 2, 3]
    .map((k) => `jsonb_build_object('userId', ${memberOf('g', `(payer + ${k}) % ${groupSize}`)})`)
    .join(', ')})`
  return [
    `insert into expenses (group_id, id, amount, currency, description, spent_on, category_id, terms, source,
       created_by, created_at, updated_at)
     select ${idOf('group', 'g')}, id, amount, 'EUR', 'Expense number ' || i, spent_on,
       (select id from categories where slug is not null and parent_id is null order by slug offset i % 5 limit 1),
       jsonb_build_object('payers', jsonb_build_array(jsonb_build_object('userId', ${memberOf('g', 'payer')}, 'shares', '1')),
         'split', jsonb_build_object('method', 'equal', 'participants', ${participants})),
       'api', ${memberOf('g', 'payer')}, now(), now()
     from ${numbered}`,
    `insert into expense_payers (group_id, expense_id, user_id, position, amount)
     select ${idOf('group', 'g')}, id, ${memberOf('g', 'payer')}, 0, amount from ${numbered}`,
    `insert into expense_splits (group_id, expense_id, user_id, position, amount)
     select ${idOf('group', 'g')}, id, ${memberOf('g', `(payer + k) % ${groupSize}`)}, k, amount / 4
     from ${numbered}, generate_series(0, 3) k`,
    `insert into balances (group_id, user_id, currency, amount)
     select group_id, user_id, currency, sum(amount) from ledger_entries group by group_id, user_id, currency`,
  ]
}

/** The floor's tables hold the same people, groups and expenses. */
export async function fillFloor(client: pg.Client): Promise<void> {
  await client.query(`
    create schema floor;
    create table floor.users as
      select id, username, email, password_hash, display_name, created_at from users;
    alter table floor.users add primary key (id), add unique (username);
    create table floor.members as select group_id, user_id from group_members;
    alter table floor.members add primary key (group_id, user_id);
    create table floor.expenses as
      select e.id, e.group_id, p.user_id as payer_id, cast(e.amount * 100 as bigint) as amount_minor, e.currency,
        e.description, e.spent_on, e.category_id, e.created_by, e.created_at
      from expenses e join expense_payers p on p.group_id = e.group_id and p.expense_id = e.id;
    alter table floor.expenses add primary key (id);
    create index on floor.expenses (group_id, spent_on desc, id desc);
    create table floor.splits as
      select s.expense_id, s.user_id, s.position, cast(s.amount * 100 as bigint) as amount_minor, e.spent_on
      from expense_splits s join expenses e on e.group_id = s.group_id and e.id = s.expense_id;
    alter table floor.splits add primary key (expense_id, user_id);
    create index on floor.splits (user_id, spent_on desc, expense_id desc);
    create table floor.balances (group_id uuid, user_id uuid, amount_minor bigint not null, primary key (group_id, user_id))
      with (fillfactor = 60);
    insert into floor.balances select group_id, user_id, cast(amount * 100 as bigint) from balances;
    alter table floor.members add foreign key (user_id) references floor.users;
    alter table floor.expenses add foreign key (group_id, payer_id) references floor.members;
    alter table floor.splits add foreign key (expense_id) references floor.expenses,
      add foreign key (user_id) references floor.users;
    alter table floor.balances add foreign key (group_id, user_id) references floor.members;
  `)
  await client.query('vacuum analyze')
}
