import { Faults } from './faults.ts'
import type { CallContext, Methods } from './methods.ts'
import { badRequest, Refusal } from './refusal.ts'
import { paramsFaults, resultFaults } from './schema-check.ts'
import type { World } from './world.ts'

export interface Call {
  readonly method: string
  readonly params: Record<string, unknown>
  readonly at: number
  result?: unknown
  refusal?: Refusal
}

type AnyMethod = (params: Record<string, unknown>, context: CallContext) => unknown

/** Runs calls against the world and keeps the record of them; polls are not recorded. */
export class BotApi {
  readonly calls: Call[] = []
  readonly faults = new Faults()
  readonly #world: World
  readonly #methods: Map<string, [name: string, method: AnyMethod]>

  constructor(world: World, methods: Methods) {
    this.#world = world
    this.#methods = new Map(
      Object.entries(methods).map(([name, method]) => [
        name.toLowerCase(),
        [name, method as AnyMethod],
      ]),
    )
  }

  /** The method's proper spelling; names are matched in any case. */
  spelling(method: string): string | undefined {
    return this.#methods.get(method.toLowerCase())?.[0]
  }

  /** Rejects with a Refusal, or with LostConnection when the answer must not arrive. */
  async run(name: string, params: Record<string, unknown>, context: CallContext): Promise<unknown> {
    const [method, work] = this.#methods.get(name.toLowerCase()) ?? []
    if (!method || !work) {
      this.#world.violated(`${name} is no method this fake knows`)
      throw new Refusal(404, 'Not Found')
    }
    const call: Call = { method, params, at: this.#world.now() }
    if (method !== 'getUpdates') this.calls.push(call)
    try {
      const result = await this.#checked(method, work, params, context)
      call.result = result
      return result
    } catch (error) {
      if (error instanceof Refusal) call.refusal = error
      else if (!(error instanceof LostConnection)) {
        this.#world.violated(`the fake failed in ${method}: ${String(error)}`)
      }
      throw error
    } finally {
      this.#world.changed()
    }
  }

  async #checked(
    method: string,
    work: AnyMethod,
    params: Record<string, unknown>,
    context: CallContext,
  ): Promise<unknown> {
    const wrong = paramsFaults(method, params)
    for (const fault of wrong) this.#world.violated(`${method}: ${fault}`)
    if (wrong.length > 0) throw badRequest(`${method} breaks the schema: ${wrong.join('; ')}`)
    const fault = this.faults.take(method, params)
    if (fault instanceof Refusal) throw fault
    if (fault === 'lost request') throw new LostConnection()
    const result = await work(params, context)
    for (const wrongResult of resultFaults(method, result)) {
      this.#world.violated(`the fake gave a wrong ${method} result: ${wrongResult}`)
    }
    if (fault === 'lost answer') throw new LostConnection()
    return structuredClone(result)
  }
}

/** The bot gets no answer at all. */
export class LostConnection extends Error {}
