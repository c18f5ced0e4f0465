import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type EmbeddedDatabase, startEmbedded } from '../../src/db/embedded.ts'
import { killServer, query, temporaryFolders } from './embedded-folder.ts'

/** A data folder with a row in it, shut down; making one for each test would take most of the time. */
export function embeddedFixture() {
  const folders = temporaryFolders()
  const sharedFolders = temporaryFolders()
  const dataDir = sharedFolders.make()
  const started: EmbeddedDatabase[] = []

  beforeAll(async () => {
    const database = await startEmbedded({ dataDir })
    await query(database.connection, 'create table kept (id int primary key)')
    await query(database.connection, 'insert into kept values (1)')
    await database.stop()
  })

  afterEach(async () => {
    await Promise.all(started.splice(0).map((database) => database.stop()))
    folders.cleanUp()
    killServer(dataDir)
  })

  afterAll(() => sharedFolders.cleanUp())

  return {
    dataDir,
    folders,
    async start(folder: string, database?: string): Promise<EmbeddedDatabase> {
      const running = await startEmbedded({ dataDir: folder, ...(database && { database }) })
      started.push(running)
      return running
    },
  }
}

export function keptRows(database: EmbeddedDatabase): Promise<unknown[]> {
  return query(database.connection, 'select id from kept order by id')
}

export function clusterOf(dataDir: string): string {
  return join(dataDir, 'postgres')
}
