/** The kinds of expected refusal. Each edge gives them its own shape: HTTP a status, chat a sentence. */
export type DomainErrorKind =
  | 'invalid'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-many'
  | 'unauthenticated'
  | 'stale'
  | 'unavailable'

/** One thing that is wrong with the input; `pointer` is an RFC 6901 JSON pointer into the body. */
export type Fault = { readonly pointer: string; readonly detail: string }

/**
 * A refusal that the person asked for something impossible, not a bug.
 * `code` is stable kebab-case, `detail` is safe to show and says what to do,
 * `facts` are values a program may want (never secrets).
 */
export class DomainError extends Error {
  readonly kind: DomainErrorKind
  readonly code: string
  readonly detail: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly faults: readonly Fault[]

  constructor(
    kind: DomainErrorKind,
    code: string,
    detail: string,
    facts: Readonly<Record<string, unknown>> = {},
    faults: readonly Fault[] = [],
  ) {
    super(`${code}: ${detail}`)
    this.name = 'DomainError'
    this.kind = kind
    this.code = code
    this.detail = detail
    this.facts = facts
    this.faults = faults
  }
}

/** Input that is well formed but means something impossible; `pointer` names the field at fault. */
export function invalid(
  code: string,
  detail: string,
  facts: Readonly<Record<string, unknown>> = {},
  pointer?: string,
): DomainError {
  return new DomainError(
    'invalid',
    code,
    detail,
    facts,
    pointer === undefined ? [] : [{ pointer, detail }],
  )
}

/** Also for things that exist but that the actor may not know of. */
export function notFound(what: string): DomainError {
  return new DomainError(
    'not-found',
    `${what}-not-found`,
    `There is no such ${what.replaceAll('-', ' ')}, or you have no access to it.`,
  )
}

export function forbidden(code: string, detail: string): DomainError {
  return new DomainError('forbidden', code, detail)
}

export function conflict(
  code: string,
  detail: string,
  facts: Readonly<Record<string, unknown>> = {},
): DomainError {
  return new DomainError('conflict', code, detail, facts)
}

/** Something we depend on is away for the moment; nothing was done, so trying again is safe. */
export function unavailable(code: string, detail: string, retryAfterSeconds = 2): DomainError {
  return new DomainError('unavailable', code, detail, { retryAfterSeconds })
}

/** Another transaction was quicker with the same row; the whole work starts over and finds it there. */
export class LostRace extends Error {
  constructor() {
    super('another transaction was quicker')
    this.name = 'LostRace'
  }
}

/** For the default branch of a union: the compiler refuses it when a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}
