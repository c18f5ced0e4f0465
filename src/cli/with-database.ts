import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readStorageConfig, type StorageConfig } from '../config.ts'
import { EmbeddedStartError, startEmbedded } from '../db/embedded.ts'
import { connectionOfRunning } from '../db/embedded-running.ts'
import type { ConnectionConfig } from '../db/knex.ts'

/**
 * Runs a command on the database that Quits uses: the one at DATABASE_URL, that of a Quits at work
 * on DATA_DIR, or the one in DATA_DIR, which is then started for as long as the command takes.
 */
export async function withDatabase<Result>(
  work: (connection: ConnectionConfig) => Promise<Result>,
  { mayCreate }: { readonly mayCreate: boolean },
): Promise<Result> {
  const config = readStorageConfig()
  const connection = config.databaseUrl ?? connectionOfRunning(config.dataDir)
  if (connection) return work(connection)
  if (!mayCreate && !existsSync(join(config.dataDir, 'postgres'))) {
    throw new EmbeddedStartError(
      `There is no database in ${config.dataDir} yet. Set DATA_DIR or DATABASE_URL to where it is.`,
    )
  }
  return withEmbedded(config, work)
}

async function withEmbedded<Result>(
  { dataDir }: StorageConfig,
  work: (connection: ConnectionConfig) => Promise<Result>,
): Promise<Result> {
  const database = await startEmbedded({ dataDir })
  try {
    return await work(database.connection)
  } finally {
    await database.stop()
  }
}
