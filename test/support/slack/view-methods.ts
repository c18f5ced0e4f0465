import { viewFaults } from './block-limits.ts'
import type { Methods } from './web-api.ts'
import { isJson, type Json, jsonList, randomId, SlackError, text } from './wire.ts'
import { type View, type Workspace, withBlockIds } from './workspace.ts'

const triggerLifetimeMs = 3000
const mostStackedViews = 3

export const viewMethods: Methods = {
  'views.open': (args, { workspace, triggers }) => {
    const userId = triggers.redeem(args.trigger_id)
    const view = newView(workspace, userId, contentOf(args, 'modal'))
    return { view: viewWire(workspace, view) }
  },

  'views.push': (args, { workspace, triggers }) => {
    const userId = triggers.redeem(args.trigger_id)
    const content = contentOf(args, 'modal')
    const stack = [...workspace.views.values()].filter((view) => view.userId === userId)
    const top = stack.at(-1)
    if (!top) throw new SlackError('not_found')
    if (stack.length >= mostStackedViews) throw new SlackError('push_limit_reached')
    return { view: viewWire(workspace, newView(workspace, userId, content, top)) }
  },

  'views.update': (args, { workspace }) => {
    const wanted = text(args.view_id)
    const view = [...workspace.views.values()].find(
      ({ id, content }) => id === wanted || (!wanted && content.external_id === args.external_id),
    )
    if (!view) throw new SlackError('not_found')
    refuseStale(view, args)
    replaceView(workspace, view, contentOf(args, 'modal'))
    return { view: viewWire(workspace, view) }
  },

  'views.publish': (args, { workspace }) => {
    const userId = text(args.user_id)
    if (!workspace.people.has(userId)) throw new SlackError('user_not_found')
    const content = contentOf(args, 'home')
    const known = workspace.homes.get(userId)
    if (known) refuseStale(known, args)
    const home = known ?? { ...blankView(userId), content, hash: '' }
    workspace.homes.set(userId, home)
    replaceView(workspace, home, content)
    return { view: viewWire(workspace, home) }
  },
}

/** Trigger ids: each opens one view, within three seconds. */
export class Triggers {
  readonly #workspace: Workspace
  readonly #open = new Map<string, { userId: string; at: number; used: boolean }>()

  constructor(workspace: Workspace) {
    this.#workspace = workspace
  }

  create(userId: string): string {
    const id = `${Date.now()}.${randomId('')}`
    this.#open.set(id, { userId, at: this.#workspace.clock.now(), used: false })
    return id
  }

  redeem(triggerId: unknown): string {
    const trigger = this.#open.get(text(triggerId))
    if (!trigger) throw new SlackError('invalid_trigger_id')
    if (trigger.used) throw new SlackError('exchanged_trigger_id')
    const age = this.#workspace.clock.now() - trigger.at
    if (age > triggerLifetimeMs) throw new SlackError('expired_trigger_id')
    trigger.used = true
    return trigger.userId
  }
}

export function newView(workspace: Workspace, userId: string, content: Json, below?: View): View {
  const blank = blankView(userId)
  const place = below ? { rootId: below.rootId, previousId: below.id } : {}
  const view: View = { ...blank, ...place, content, hash: '' }
  workspace.views.set(view.id, view)
  replaceView(workspace, view, content)
  return view
}

export function replaceView(workspace: Workspace, view: View, content: Json): void {
  view.content = { ...content, blocks: withBlockIds(jsonList(content.blocks)) }
  view.hash = `${workspace.clock.seconds()}.${randomId('')}`
  workspace.changed()
}

export function viewWire(workspace: Workspace, view: View, values: Json = {}): Json {
  const { app } = workspace
  return {
    callback_id: '',
    private_metadata: '',
    external_id: '',
    clear_on_close: false,
    notify_on_close: false,
    submit: null,
    close: null,
    ...structuredClone(view.content),
    id: view.id,
    team_id: app.teamId,
    app_id: app.appId,
    bot_id: app.botId,
    app_installed_team_id: app.teamId,
    root_view_id: view.rootId,
    previous_view_id: view.previousId ?? null,
    hash: view.hash,
    state: { values },
  }
}

/** Checked as `views.*` and a `response_action` are. */
export function checkedView(content: unknown, type: 'modal' | 'home'): Json {
  const view = isJson(content) ? content : {}
  const faults = viewFaults(view)
  if (view.type !== type) faults.push(`must be of type ${type} [json-pointer:/type]`)
  if (faults.length === 0) return view
  const messages = faults.map((fault) => `[ERROR] ${fault}`)
  throw new SlackError('invalid_arguments', { response_metadata: { messages } })
}

function contentOf(args: Json, type: 'modal' | 'home'): Json {
  return checkedView(args.view, type)
}

function blankView(userId: string): { id: string; rootId: string; userId: string } {
  const id = randomId('V')
  return { id, rootId: id, userId }
}

function refuseStale(view: View, args: Json): void {
  const hash = text(args.hash)
  if (hash && hash !== view.hash) throw new SlackError('hash_conflict')
}
