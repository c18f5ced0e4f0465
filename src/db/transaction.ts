import type { Knex } from 'knex'
import type { Clock, Ids, Reads, Transaction } from '../domain/ports.ts'
import { figureReads } from './queries/figures.ts'
import { ledgerReads } from './queries/ledger.ts'
import { reportReads } from './queries/reports.ts'
import { accessTokenRepository } from './repositories/access-tokens.ts'
import { accountTokenRepository } from './repositories/account-tokens.ts'
import { balanceRepository } from './repositories/balances.ts'
import { categoryRepository } from './repositories/categories.ts'
import { chatSpaceRepository } from './repositories/chat-spaces.ts'
import { commentRepository } from './repositories/comments.ts'
import { eventRepository } from './repositories/events.ts'
import { expenseRepository } from './repositories/expenses.ts'
import { groupConversionRepository } from './repositories/group-conversions.ts'
import { groupRepository } from './repositories/groups.ts'
import { identityRepository } from './repositories/identities.ts'
import { inboxRepository } from './repositories/inbox.ts'
import { inviteRepository } from './repositories/invites.ts'
import { linkCodeRepository } from './repositories/link-codes.ts'
import { mergeRepository } from './repositories/merges.ts'
import { rateRepository } from './repositories/rates.ts'
import { sessionRepository } from './repositories/sessions.ts'
import { settlementRepository } from './repositories/settlements.ts'
import { userRepository } from './repositories/users.ts'

/** All repositories on one database transaction: whoever holds this cannot forget to pass it on. */
export function createTransaction(trx: Knex, ports: { clock: Clock; ids: Ids }): Transaction {
  return {
    users: userRepository(trx),
    sessions: sessionRepository(trx),
    accessTokens: accessTokenRepository(trx),
    accountTokens: accountTokenRepository(trx),
    figures: figureReads(trx),
    identities: identityRepository(trx),
    chatSpaces: chatSpaceRepository(trx),
    linkCodes: linkCodeRepository(trx),
    groups: groupRepository(trx),
    invites: inviteRepository(trx),
    expenses: expenseRepository(trx),
    categories: categoryRepository(trx),
    balances: balanceRepository(trx),
    rates: rateRepository(trx),
    groupConversions: groupConversionRepository(trx),
    settlements: settlementRepository(trx),
    comments: commentRepository(trx),
    ledger: ledgerReads(trx),
    reports: reportReads(trx),
    merges: mergeRepository(trx),
    events: eventRepository(trx),
    inbox: inboxRepository(trx),
    ...ports,
  }
}

/** The reading half of the repositories, on the pool. */
export function createReads(knex: Knex): Reads {
  return {
    users: userRepository(knex),
    sessions: sessionRepository(knex),
    accessTokens: accessTokenRepository(knex),
    figures: figureReads(knex),
    groups: groupRepository(knex),
    expenses: expenseRepository(knex),
    categories: categoryRepository(knex),
    balances: balanceRepository(knex),
    rates: rateRepository(knex),
    groupConversions: groupConversionRepository(knex),
    settlements: settlementRepository(knex),
    comments: commentRepository(knex),
    events: eventRepository(knex),
    ledger: ledgerReads(knex),
    reports: reportReads(knex),
  }
}
