import jwt, { type JWT } from '@fastify/jwt'
import { hash, verify } from '@node-rs/argon2'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'

/**
 * What Fastify and pg reach when somebody writes the same answers by hand: one named statement a
 * request, kept balances, membership checked. It keeps no history, no request keys, no currencies and
 * no versions. Make it faster where you can; never make it slower.
 */
const databaseUrl = process.env.DATABASE_URL!
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
pg.types.setTypeParser(1082, (text) => text)
const app = Fastify({ logger: { level: 'warn' } })
await app.register(jwt, {
  secret: process.env.JWT_SECRET!,
  sign: { expiresIn: '15m' },
  verify: { cache: true },
})

/** The program's own keys have names; this one has none, and its type gets lost beside them. */
const signToken = (app.jwt as unknown as JWT).sign

type Claims = { readonly sub: string }
const me = (request: FastifyRequest): string => (request.user as Claims).sub
const signedIn = { onRequest: (request: FastifyRequest) => request.jwtVerify() }

async function query<Row>(name: string, text: string, values: unknown[]): Promise<Row[]> {
  const { rows } = await pool.query({ name, text, values })
  return rows as Row[]
}

const uuid = { type: 'string', pattern: '^[0-9a-f-]{36}$' } as const
const groupParams = { type: 'object', properties: { id: uuid }, required: ['id'] } as const
const notFound = (reply: FastifyReply) => reply.code(404).send({ code: 'not-found' })
const decimal = (minor: number): string => (minor / 100).toFixed(2)

type NewExpense = {
  groupId: string
  amount: string
  currency: string
  description: string
  date: string
  split: { participants: { userId: string }[] }
}

const newExpense = {
  type: 'object',
  required: ['groupId', 'amount', 'currency', 'description', 'date', 'split'],
  additionalProperties: false,
  properties: {
    groupId: uuid,
    amount: { type: 'string', pattern: '^\\d{1,9}\\.\\d{2}$' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    description: { type: 'string', minLength: 1, maxLength: 500 },
    date: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
    split: {
      type: 'object',
      required: ['method', 'participants'],
      properties: {
        method: { const: 'equal' },
        participants: {
          type: 'array',
          minItems: 1,
          items: { type: 'object', required: ['userId'], properties: { userId: uuid } },
        },
      },
    },
  },
} as const

/** Balances are locked in the order of their keys, so that two writers of one group cannot deadlock. */
const createExpense = `
  with shared as (
    select user_id, position, amount_minor from unnest($8::uuid[], $9::bigint[]) with ordinality as s (user_id, amount_minor, position)
  ), known as (
    select count(*) filter (where m.user_id = any($8::uuid[])) as sharing, bool_or(m.user_id = $3) as is_member
    from floor.members m where m.group_id = $2
  ), expense as (
    insert into floor.expenses (id, group_id, payer_id, amount_minor, currency, description, spent_on, created_by, created_at)
    select $1, $2, $3, $4, $5, $6, $7, $3, now() from known where is_member and sharing = cardinality($8::uuid[])
    returning id, spent_on, created_at
  ), splits as (
    insert into floor.splits (expense_id, user_id, position, amount_minor, spent_on)
    select e.id, s.user_id, s.position, s.amount_minor, e.spent_on from expense e, shared s
  ), posts as (
    select user_id, sum(amount_minor) as amount_minor from (
      select $3::uuid as user_id, $4::bigint as amount_minor union all select user_id, -amount_minor from shared
    ) entries group by user_id order by user_id
  ), kept as (
    insert into floor.balances as b (group_id, user_id, amount_minor)
    select $2, p.user_id, p.amount_minor from posts p where exists (select from expense) order by p.user_id
    on conflict (group_id, user_id) do update set amount_minor = b.amount_minor + excluded.amount_minor
  )
  select created_at from expense`

app.post<{ Body: NewExpense }>(
  '/api/v1/expenses',
  { ...signedIn, schema: { body: newExpense } },
  async (request, reply) => {
    const { groupId, amount, currency, description, date, split } = request.body
    const payer = me(request)
    const id = uuidv7()
    const minor = Number(amount.replace('.', ''))
    const people = split.participants.map((one) => one.userId)
    const shares = people.map((_, i) => Math.floor((minor + people.length - 1 - i) / people.length))
    const [row] = await query<{ created_at: Date }>('create', createExpense, [
      ...[id, groupId, payer, minor, currency, description, date, people, shares],
    ])
    if (!row) return notFound(reply)
    reply.code(201)
    return {
      ...{ id, groupId, amount, currency, description, date, categoryId: null, userId: payer },
      splits: people.map((userId, i) => ({ userId, amount: decimal(shares[i]!), status: 'open' })),
      isShared: true,
      createdBy: payer,
      createdAt: row.created_at,
    }
  },
)

type ExpenseRow = {
  id: string
  group_id: string
  payer_id: string
  amount_minor: string
  currency: string
  description: string
  spent_on: string
  category_id: string | null
  created_by: string
  created_at: Date
  splits: { userId: string; amount: number }[]
}

function present(row: ExpenseRow) {
  return {
    id: row.id,
    groupId: row.group_id,
    amount: decimal(Number(row.amount_minor)),
    currency: row.currency,
    description: row.description,
    date: row.spent_on,
    categoryId: row.category_id,
    userId: row.payer_id,
    splits: row.splits.map(({ userId, amount }) => ({
      userId,
      amount: decimal(amount),
      status: userId === row.payer_id ? 'settled' : 'open',
    })),
    isShared: row.splits.length > 1,
    createdBy: row.created_by,
    createdAt: row.created_at,
  }
}

const page = (rows: ExpenseRow[], limit = 50) => {
  const last = rows.length > limit ? rows[limit - 1]! : null
  return {
    items: rows.slice(0, limit).map(present),
    nextCursor: last && Buffer.from(`${last.spent_on} ${last.id}`).toString('base64url'),
  }
}

const withSplits = `e.*, (select json_agg(json_build_object('userId', s.user_id, 'amount', s.amount_minor) order by s.position)
  from floor.splits s where s.expense_id = e.id) as splits`

app.get('/api/v1/users/me/expenses', signedIn, async (request) =>
  page(
    await query<ExpenseRow>(
      'list-own',
      `select ${withSplits}
       from (
         select expense_id from floor.splits where user_id = $1 order by spent_on desc, expense_id desc limit 51
       ) own join floor.expenses e on e.id = own.expense_id
       order by e.spent_on desc, e.id desc`,
      [me(request)],
    ),
  ),
)

type GroupRoute = { Params: { id: string } }
const ofGroup = { ...signedIn, schema: { params: groupParams } }

app.get<GroupRoute>('/api/v1/groups/:id/expenses', ofGroup, async (request, reply) => {
  const rows = await query<ExpenseRow>(
    'list-group',
    `select ${withSplits} from floor.expenses e
     where e.group_id = $1 and exists (select from floor.members m where m.group_id = $1 and m.user_id = $2)
     order by e.spent_on desc, e.id desc limit 51`,
    [request.params.id, me(request)],
  )
  return rows.length === 0 ? notFound(reply) : page(rows)
})

type BalanceRow = { user_id: string; amount_minor: string }

const readBalances = (request: FastifyRequest<GroupRoute>) =>
  query<BalanceRow>(
    'balances',
    `select b.user_id, b.amount_minor from floor.balances b
     where b.group_id = $1 and exists (select from floor.members m where m.group_id = $1 and m.user_id = $2)
     order by b.user_id`,
    [request.params.id, me(request)],
  )

app.get<GroupRoute>('/api/v1/groups/:id/balances', ofGroup, async (request, reply) => {
  const rows = await readBalances(request)
  if (rows.length === 0) return notFound(reply)
  return {
    items: rows.map((row) => ({
      userId: row.user_id,
      currency: 'EUR',
      amount: decimal(Number(row.amount_minor)),
    })),
  }
})

app.get<GroupRoute>('/api/v1/groups/:id/settle-up', ofGroup, async (request, reply) => {
  const rows = await readBalances(request)
  if (rows.length === 0) return notFound(reply)
  const open = rows.map((row) => ({ userId: row.user_id, left: Number(row.amount_minor) }))
  const creditors = open.filter(({ left }) => left > 0).sort((a, b) => b.left - a.left)
  const debtors = open.filter(({ left }) => left < 0).sort((a, b) => a.left - b.left)
  const payments: object[] = []
  for (const debtor of debtors) {
    for (const creditor of creditors) {
      const minor = Math.min(-debtor.left, creditor.left)
      if (minor <= 0) continue
      debtor.left += minor
      creditor.left -= minor
      payments.push({
        ...{ fromUserId: debtor.userId, toUserId: creditor.userId, currency: 'EUR' },
        amount: decimal(minor),
      })
    }
  }
  return { plans: [{ currency: 'EUR', optimal: false, payments }] }
})

app.get('/api/v1/users/me', signedIn, async (request) => {
  const [user] = await query<Record<string, unknown>>(
    'me',
    `select id, username, email, display_name as "displayName", created_at as "createdAt"
     from floor.users where id = $1`,
    [me(request)],
  )
  return user
})

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const nobody = await hash('nobody has this password', cost)
/** One hash at a time, which is a rule for both: else log-ins take the cores of everybody else. */
let lastHash: Promise<unknown> = Promise.resolve()

app.post<{ Body: { username: string; password: string } }>(
  '/api/v1/auth/login',
  {
    schema: {
      body: {
        type: 'object',
        required: ['username', 'password'],
        properties: { username: { type: 'string' }, password: { type: 'string' } },
      },
    },
  },
  async (request, reply) => {
    const { username, password } = request.body
    const [user] = await query<{ id: string; password_hash: string }>(
      'login',
      'select id, password_hash from floor.users where username = $1',
      [username],
    )
    const verified = lastHash.then(() => verify(user?.password_hash ?? nobody, password))
    lastHash = verified.catch(() => false)
    if (!(await verified) || !user) return reply.code(401).send({ code: 'wrong-credentials' })
    return { accessToken: signToken({ sub: user.id }), expiresIn: 900, user: { id: user.id } }
  },
)

app.get('/readyz', async () => {
  await pool.query('select 1')
  return { status: 'ok' }
})

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
process.on('SIGTERM', () => process.exit(0))
