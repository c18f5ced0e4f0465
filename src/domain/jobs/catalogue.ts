import type { LedgerReads } from '../ledger/ledger-ports.ts'
import { mostDifferences, verifyLedger } from '../ledger/verify-ledger.ts'
import {
  type PurgePorts,
  purgeIdempotencyKeys,
  purgeInbox,
  purgeLinks,
  purgeRateBuckets,
  purgeSessions,
  purgeThrottles,
} from './purge.ts'

export type JobPorts = PurgePorts & {
  readonly ledger: LedgerReads
  readonly log: {
    info(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}

export type Job = {
  /** Of the queue and of its schedule; a job is known by it in the database, so it stays. */
  readonly name: string
  /** Five cron fields, in UTC. */
  readonly schedule: string
  /** May run twice, and begins anew after a failure. */
  run(ports: JobPorts): Promise<void>
}

/** Everything that runs by the clock, at minutes when little else does. */
export const jobs: readonly Job[] = [
  { name: 'ledger.verify', schedule: '17 3 * * *', run: reportDifferences },
  purge('idempotency.purge', '7 * * * *', purgeIdempotencyKeys),
  purge('rate-buckets.purge', '11 * * * *', purgeRateBuckets),
  purge('throttles.purge', '37 * * * *', purgeThrottles),
  purge('sessions.purge', '27 3 * * *', purgeSessions),
  purge('inbox.purge', '37 3 * * *', purgeInbox),
  purge('links.purge', '47 3 * * *', purgeLinks),
]

function purge(name: string, schedule: string, work: (ports: PurgePorts) => Promise<number>): Job {
  return {
    name,
    schedule,
    async run(ports) {
      const deleted = await work(ports)
      ports.log.info({ job: name, deleted }, 'old rows deleted')
    },
  }
}

/** Names the groups, so that somebody can look; amounts stay out of the log. */
async function reportDifferences({ ledger, log }: JobPorts): Promise<void> {
  const { groups, balances, differences } = await verifyLedger(ledger)
  if (differences.length === 0) return log.info({ groups, balances }, 'ledger verified')
  log.error(
    {
      differences: differences.length,
      isComplete: differences.length < mostDifferences,
      groupIds: [...new Set(differences.map(({ groupId }) => groupId))],
    },
    'ledger differs from its rows',
  )
}
