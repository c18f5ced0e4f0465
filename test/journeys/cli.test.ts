import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbedded } from '../../src/db/embedded.ts'
import { recordExpense } from '../../src/domain/expenses/record-expense.ts'
import { temporaryFolders } from '../support/embedded-folder.ts'
import { freePort } from '../support/free-port.ts'
import { eur, openWorkspace, type Workspace } from '../support/workspace.ts'

let workspace: Workspace
const folders = temporaryFolders()

beforeAll(async () => {
  workspace = await openWorkspace()
})

afterAll(async () => {
  folders.cleanUp()
  await workspace.close()
})

type Ended = { code: number; stdout: string; stderr: string }

function run(command: 'verify' | 'migrate', env: Record<string, string>): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>()
  const path = fileURLToPath(new URL(`../../src/cli/${command}.ts`, import.meta.url))
  const child = execFile(process.execPath, [path], { env }, (_, stdout, stderr) =>
    resolve({ code: child.exitCode ?? -1, stdout, stderr }),
  )
  return promise
}

describe('verify', () => {
  it('says that everything adds up, and otherwise what does not', async () => {
    const env = { DATABASE_URL: workspace.database.url }
    const ann = await workspace.person('Ann')
    const bob = await workspace.person('Bob')
    const group = await workspace.group([ann, bob])
    await workspace.unitOfWork.run((tx) =>
      recordExpense(tx, ann.actor, {
        groupId: group.id,
        amount: eur('10.00'),
        description: 'Lunch',
      }),
    )
    expect(await run('verify', env)).toEqual({
      code: 0,
      stdout: '3 groups, 2 balances checked: everything adds up.\n',
      stderr: '',
    })
    await workspace
      .knex('balances')
      .where({ group_id: group.id, user_id: bob.user.id })
      .update({ amount: '-4.00' })
    const { code, stdout } = await run('verify', env)
    expect(code).toBe(1)
    expect(stdout).toBe(
      `Group ${group.id}: the balance of member ${bob.user.id} is kept as -4.0000 EUR, but comes to -5.0000.\n` +
        '3 groups, 2 balances checked: 1 difference.\n',
    )
  })

  it('cannot tell without a database', async () => {
    const nowhere = `postgres://quits:quits@127.0.0.1:${await freePort()}/quits`
    expect(await run('verify', { DATABASE_URL: nowhere })).toMatchObject({ code: 2, stdout: '' })
    const empty = folders.make()
    expect(await run('verify', { DATA_DIR: empty })).toMatchObject({
      code: 2,
      stderr: `There is no database in ${empty} yet. Set DATA_DIR or DATABASE_URL to where it is.\n`,
    })
  })
})

describe('commands on the embedded database', () => {
  it('start it for themselves, or join the Quits that runs it', async () => {
    const dataDir = folders.make()
    const env = { DATA_DIR: dataDir }
    const first = await run('migrate', env)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(
      /^applied \d+_create_users\n(applied \w+\n)+The database is up to date now\.\n$/,
    )
    const database = await startEmbedded({ dataDir })
    try {
      expect(await run('migrate', env)).toMatchObject({
        code: 0,
        stdout: 'The database is up to date.\n',
      })
      expect(await run('verify', env)).toMatchObject({
        code: 0,
        stdout: '0 groups, 0 balances checked: everything adds up.\n',
      })
    } finally {
      await database.stop()
    }
  })
})
