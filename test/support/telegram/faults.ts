import { Refusal, tooManyRequests } from './refusal.ts'

/**
 * What goes wrong with a call: a refusal, a request that never arrives, or an answer that gets
 * lost after the call took effect.
 */
export type Fault = Refusal | 'lost request' | 'lost answer'

interface Plan {
  readonly method: string
  readonly chatId: number | undefined
  readonly fault: Fault
  timesLeft: number
}

export interface FaultOptions {
  readonly times?: number
  /** Only calls for this chat fail. */
  readonly chatId?: number
}

/** Which of the coming calls fail, per method. */
export class Faults {
  #plans: Plan[] = []

  failNext(method: string, fault: Fault, options: FaultOptions = {}): void {
    this.#plans.push({ method, chatId: options.chatId, fault, timesLeft: options.times ?? 1 })
  }

  take(method: string, params: Record<string, unknown>): Fault | undefined {
    const plan = this.#plans.find(
      (candidate) =>
        candidate.method === method &&
        (candidate.chatId === undefined || candidate.chatId === Number(params.chat_id)),
    )
    if (!plan) return undefined
    plan.timesLeft -= 1
    if (plan.timesLeft === 0) this.#plans = this.#plans.filter((other) => other !== plan)
    return plan.fault
  }
}

/** Refusals no state of the world leads to, for `failNext`. */
export const faultOf = {
  tooManyRequests,
  serverError: () => new Refusal(500, 'Internal Server Error'),
  badGateway: () => new Refusal(502, 'Bad Gateway'),
  deactivated: () => new Refusal(403, 'Forbidden: user is deactivated'),
}
