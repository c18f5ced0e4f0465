import { isDeepStrictEqual } from 'node:util'
import type { BotCommand, BotCommandScope } from '@grammyjs/types'
import { badRequest } from './refusal.ts'
import type { Params } from './wire.ts'
import type { World } from './world.ts'

const MOST_COMMANDS = 100

export function setMyCommands(world: World, params: Params<'setMyCommands'>): true {
  if (params.commands.length > MOST_COMMANDS) throw badRequest('BOT_COMMANDS_TOO_MUCH')
  for (const { command, description } of params.commands) {
    if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID')
    if (description.length < 1 || description.length > 256) {
      throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID')
    }
  }
  deleteMyCommands(world, params)
  world.commandLists.push({ ...audience(params), commands: params.commands })
  return true
}

export function getMyCommands(world: World, params: Params<'getMyCommands'>): BotCommand[] {
  const wanted = audience(params)
  const list = world.commandLists.find((candidate) => isFor(candidate, wanted))
  return [...(list?.commands ?? [])]
}

export function deleteMyCommands(world: World, params: Params<'deleteMyCommands'>): true {
  const wanted = audience(params)
  world.commandLists = world.commandLists.filter((candidate) => !isFor(candidate, wanted))
  return true
}

interface Audience {
  readonly scope: BotCommandScope
  readonly languageCode: string
}

function audience(params: Params<'getMyCommands'>): Audience {
  return { scope: params.scope ?? { type: 'default' }, languageCode: params.language_code ?? '' }
}

function isFor(list: Audience, wanted: Audience): boolean {
  return list.languageCode === wanted.languageCode && isDeepStrictEqual(list.scope, wanted.scope)
}
