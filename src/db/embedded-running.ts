import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { superuser } from './embedded-cluster.ts'
import { endpointOf } from './embedded-endpoint.ts'
import { readPassword } from './embedded-password.ts'
import { findPostmaster, readPostmasterFile } from './embedded-processes.ts'
import type { Connection } from './embedded-server.ts'

/** How to reach the server that runs on a data folder by now; undefined when none does. */
export function connectionOfRunning(dataDir: string, database = 'quits'): Connection | undefined {
  const folder = realFolder(dataDir)
  const cluster = folder && join(folder, 'postgres')
  const file = cluster && findPostmaster(cluster) && readPostmasterFile(cluster)
  const endpoint = file && endpointOf(folder, file)
  const password = folder && readPassword(folder)
  if (!endpoint || !password) return undefined
  return { host: endpoint.host, port: endpoint.port, user: superuser, password, database }
}

function realFolder(dataDir: string): string | undefined {
  try {
    return realpathSync(dataDir)
  } catch {
    return undefined
  }
}
