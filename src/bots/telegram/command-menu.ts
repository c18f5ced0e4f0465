import { isDeepStrictEqual } from 'node:util'
import type { Api } from 'grammy'
import { commandMenu } from '../conversation/replies/command-menu.ts'
import type { Log } from '../log.ts'
import { problemOf } from './calls.ts'

/** Writes the menu beside the text field, unless it is there: each change counts against flood limits. */
export async function ensureCommandMenu(api: Api, log: Log): Promise<void> {
  try {
    const commands = commandMenu.map(({ command, description }) => ({ command, description }))
    const current = await api.getMyCommands()
    if (!isDeepStrictEqual(current, commands)) await api.setMyCommands(commands)
  } catch (error) {
    log.info({ problem: problemOf(error) }, 'telegram command menu not set')
  }
}
