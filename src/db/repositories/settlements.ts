import type { Knex } from 'knex'
import type { Source } from '../../domain/accounts/user.ts'
import type { CurrencyCode } from '../../domain/money/currencies.ts'
import type { Settlement } from '../../domain/settlements/settlement.ts'
import type { SettlementRepository } from '../../domain/settlements/settlement-ports.ts'
import type { CalendarDate } from '../../domain/time/calendar-date.ts'
import { fromMoney, toMoney } from '../columns.ts'
import { type ConversionColumns, toConversion, toConversionColumns } from '../conversion-columns.ts'
import { SettlementModel } from '../models/settlement-model.ts'
import { pageOf } from '../queries/page.ts'

export function settlementRepository(db: Knex): SettlementRepository {
  return {
    async find(groupId, id) {
      const row = await SettlementModel.query(db).findOne({ group_id: groupId, id })
      return row ? toSettlement(row) : null
    },
    async list(groupId, { limit, after }) {
      const rows = await SettlementModel.query(db)
        .where({ group_id: groupId })
        .whereNull('voided_at')
        .modify((query) => {
          if (after) query.whereRaw('(settled_on, id) < (?::date, ?::uuid)', [after.date, after.id])
        })
        .orderBy([
          { column: 'settled_on', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .limit(limit + 1)
      return pageOf(rows.map(toSettlement), limit, ({ settledOn, id }) => ({ date: settledOn, id }))
    },
    async insert(settlement) {
      await SettlementModel.query(db).insert(toRow(settlement))
    },
    async setVoided({ groupId, id, voidedAt, version, updatedAt }) {
      await SettlementModel.query(db)
        .where({ group_id: groupId, id })
        .patch({ voidedAt, version, updatedAt })
    },
    async ofExpense(groupId, expenseId) {
      const rows = await SettlementModel.query(db)
        .where({ group_id: groupId, expense_id: expenseId })
        .whereNull('voided_at')
        .orderBy('id')
      return rows.map(toSettlement)
    },
  }
}

function toRow(settlement: Settlement) {
  const { amount, conversion, ...row } = settlement
  return {
    ...row,
    amount: fromMoney(amount),
    currency: amount.currency,
    ...toConversionColumns(conversion),
  }
}

export function toSettlement(row: SettlementModel): Settlement {
  return {
    id: row.id,
    groupId: row.groupId,
    fromUserId: row.fromUserId,
    toUserId: row.toUserId,
    amount: toMoney(row.amount, row.currency as CurrencyCode),
    settledOn: row.settledOn as CalendarDate,
    notes: row.notes,
    expenseId: row.expenseId,
    conversion: toConversion(row as ConversionColumns),
    source: row.source as Source,
    version: row.version,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    voidedAt: row.voidedAt,
  }
}
