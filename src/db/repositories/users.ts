import type { Knex } from 'knex'
import type { UserRepository } from '../../domain/accounts/account-ports.ts'
import { loginKey } from '../../domain/accounts/register.ts'
import type { User, UserRole } from '../../domain/accounts/user.ts'
import { conflict } from '../../domain/errors.ts'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { TimeZone } from '../../domain/time/zone.ts'
import { refusing } from '../constraint.ts'
import { UserModel } from '../models/user-model.ts'
import { pageOf } from '../queries/page.ts'

export function userRepository(db: Knex): UserRepository {
  const one = async (where: Record<string, unknown>): Promise<UserModel | undefined> =>
    UserModel.query(db).findOne(where)

  return {
    async find(id) {
      const row = await one({ id })
      return row ? toUser(row) : null
    },
    async findMany(ids) {
      const rows = await UserModel.query(db)
        .select('users.*', db.raw('coalesce(now.display_name, users.display_name) as display_name'))
        .joinRaw('left join users now on now.id = users.merged_into_id')
        .whereRaw('users.id = any(?)', [[...ids]])
      return rows.map(toUser)
    },
    async findByLogin(login) {
      const row = await one(
        'username' in login
          ? { username_key: loginKey(login.username) }
          : { email_key: loginKey(login.email) },
      )
      return row ? { user: toUser(row), passwordHash: row.passwordHash } : null
    },
    async passwordHashOf(id) {
      return (await one({ id }))?.passwordHash ?? null
    },
    async search(beginning, { limit, after }) {
      const rows = await UserModel.query(db)
        .where({ is_guest: false, merged_into_id: null, deleted_at: null })
        .modify((query) => {
          if (after) query.where('id', '<', after.id)
          if (beginning === null) return
          query.whereRaw(
            `(starts_with(username_key, :key) or starts_with(email_key, :key) or starts_with(lower(display_name), :name))`,
            { key: loginKey(beginning), name: beginning.normalize('NFC').toLowerCase() },
          )
        })
        .orderBy('id', 'desc')
        .limit(limit + 1)
      return pageOf(rows.map(toUser), limit, ({ id, createdAt }) => ({
        date: createdAt.toISOString(),
        id,
      }))
    },
    async insert(user, passwordHash) {
      await refusing(
        taken,
        UserModel.query(db)
          .insert({ ...toRow(user), passwordHash })
          .execute(),
      )
    },
    async update(user) {
      await refusing(taken, UserModel.query(db).findById(user.id).patch(toRow(user)).execute())
    },
    async setPassword(id, passwordHash) {
      await UserModel.query(db)
        .findById(id)
        .patch({ passwordHash, tokenVersion: db.raw('token_version + 1') as never })
    },
    async hold(id) {
      const row = await UserModel.query(db).findById(id).forShare()
      return row ? toUser(row) : null
    },
    async lock(ids) {
      const rows = await UserModel.query(db)
        .whereRaw('id = any(?)', [[...ids]])
        .orderBy('id')
        .forNoKeyUpdate()
      return rows.map(toUser)
    },
    async lockAdmins() {
      const rows = await UserModel.query(db)
        .where({ role: 'admin', disabled_at: null })
        .orderBy('id')
        .forNoKeyUpdate()
      return rows.map(({ id }) => id)
    },
    async close(user) {
      await UserModel.query(db)
        .findById(user.id)
        .patch({ ...toRow(user), passwordHash: null })
      if (!user.mergedIntoId) return
      await UserModel.query(db)
        .where({ merged_into_id: user.id })
        .patch({ mergedIntoId: user.mergedIntoId })
    },
    async mergedInto(id) {
      return (await UserModel.query(db).where({ merged_into_id: id })).map(toUser)
    },
    async isFirstLogin() {
      const other = await UserModel.query(db).whereNotNull('username_key').select('id').first()
      return !other
    },
  }
}

const taken = {
  users_username_key_unique: () =>
    conflict('username-taken', 'Somebody has this username already. Choose another one.'),
  users_email_key_unique: () =>
    conflict('email-taken', 'There is an account with this address already. Log in instead.'),
}

function toRow(user: User) {
  return {
    ...user,
    usernameKey: user.username === null ? null : loginKey(user.username),
    emailKey: user.email === null ? null : loginKey(user.email),
  }
}

function toUser(row: UserModel): User {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    emailVerifiedAt: row.emailVerifiedAt,
    displayName: row.displayName,
    isGuest: row.isGuest,
    role: row.role as UserRole,
    locale: row.locale,
    timeZone: row.timeZone as TimeZone,
    defaultCurrency: row.defaultCurrency as CurrencyCode,
    personalGroupId: row.personalGroupId,
    tokenVersion: row.tokenVersion,
    disabledAt: row.disabledAt,
    mergedIntoId: row.mergedIntoId,
    deletedAt: row.deletedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}
