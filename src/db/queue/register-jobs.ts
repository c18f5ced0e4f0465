import type { PgBoss } from 'pg-boss'
import type { Job, JobPorts } from '../../domain/jobs/catalogue.ts'

export const jobTimeoutSeconds = 3_600
/** Jobs by the clock are in no hurry, and every look costs a statement. */
const defaultPollSeconds = 300

/**
 * A queue per job, with its schedule. Any number of processes may say the same. `exclusive`: there
 * is one job at most in a queue, waiting or at work, so that a slow one is not joined by the next.
 */
export async function registerJobs(
  boss: PgBoss,
  jobs: readonly Job[],
  ports: JobPorts,
  pollSeconds = defaultPollSeconds,
): Promise<void> {
  for (const job of jobs) {
    await boss.createQueue(job.name, {
      policy: 'exclusive',
      retryLimit: 3,
      retryDelay: 60,
      retryBackoff: true,
      expireInSeconds: jobTimeoutSeconds,
      // Without a sign of life the process is gone, and another one takes the job over.
      heartbeatSeconds: 60,
    })
    // Whoever runs this on their own machine is seldom on at night: what was missed runs once.
    await boss.schedule(job.name, job.schedule, null, { tz: 'UTC', missed: 'once' })
    await boss.work(job.name, { pollingIntervalSeconds: pollSeconds }, () => runJob(job, ports))
  }
}

async function runJob(job: Job, ports: JobPorts): Promise<void> {
  try {
    await job.run(ports)
  } catch (error) {
    ports.log.error({ job: job.name, reason: (error as Error).message }, 'job failed')
    throw error
  }
}
