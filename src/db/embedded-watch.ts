import { isRunning, type ProcessIdentity } from './embedded-processes.ts'
import { boundLog } from './embedded-server.ts'

const watchMs = 1_000
const pauseAfterFailureMs = 3000

/** Restarts a server that was killed, so that an outage of it doesn't need a restart of Quits. */
export function watchServer(options: {
  server: ProcessIdentity
  logFile: string
  log: (message: string, fields?: object) => void
  restart: () => Promise<ProcessIdentity>
}): { end(): Promise<void> } {
  let { server } = options
  let restarting: Promise<void> | undefined
  let pausedUntil = 0

  const restart = async () => {
    options.log('database server ended unexpectedly', { pid: server.pid })
    try {
      server = await options.restart()
      options.log('database server restarted', { pid: server.pid })
    } catch (error) {
      pausedUntil = Date.now() + pauseAfterFailureMs
      options.log('database server restart failed', { reason: (error as Error).message })
    }
    restarting = undefined
  }

  const timer = setInterval(() => {
    boundLog(options.logFile)
    if (restarting || isRunning(server) || Date.now() < pausedUntil) return
    restarting = restart()
  }, watchMs)
  timer.unref()

  return {
    async end() {
      clearInterval(timer)
      await restarting
    },
  }
}
