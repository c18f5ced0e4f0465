import { type Conversation, createConversation } from '../../src/bots/conversation/conversation.ts'
import { createInbox } from '../../src/db/repositories/inbox.ts'
import { parseCurrency } from '../../src/domain/money/currencies.ts'
import type { Inbox } from '../../src/domain/ports.ts'
import { parseTimeZone } from '../../src/domain/time/zone.ts'
import { systemIds } from '../../src/system.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

/** The conversation core on a database of its own, as the program composes it. */
export type TestConversation = {
  readonly workspace: Workspace
  readonly inbox: Inbox
  readonly conversation: Conversation
  /** What the operator was told. */
  readonly warnings: readonly string[]
  /** Waits for work in progress first. */
  close(): Promise<void>
}

export async function openConversation(): Promise<TestConversation> {
  const workspace = await openWorkspace()
  const inbox = createInbox(workspace.knex)
  const warnings: string[] = []
  const conversation = createConversation({
    unitOfWork: workspace.unitOfWork,
    inbox,
    clock: workspace.clock,
    ids: systemIds,
    defaults: {
      locale: 'en-GB',
      timeZone: parseTimeZone('Europe/Berlin'),
      currency: parseCurrency('EUR'),
    },
    warn: (fields, message) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  })
  return {
    workspace,
    inbox,
    conversation,
    warnings,
    async close() {
      await conversation.settled()
      await workspace.close()
    },
  }
}
