import createFetchClient, { type Client, type Middleware } from 'openapi-fetch'
import type { components, paths } from './schema.js'

export type { components, operations, paths } from './schema.js'

export type QuitsClient = Client<paths>
export type Problem = components['schemas']['Problem']

export type QuitsOptions = {
  /** Where the server is, such as https://quits.example.org. */
  readonly baseUrl: string
  /** An access token, or where to get one for each request. */
  readonly token?: string | (() => string | Promise<string>)
  /** Another fetch than the global one. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** A refusal of the API, with its problem document. */
export class QuitsError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.name = 'QuitsError'
    this.problem = problem
  }
}

/** Every operation of the API by method and path, with its types. */
export function createQuits({ baseUrl, token, fetch }: QuitsOptions): QuitsClient {
  const client = createFetchClient<paths>({ baseUrl, ...(fetch ? { fetch } : {}) })
  if (token !== undefined) client.use(signIn(token))
  return client
}

function signIn(token: NonNullable<QuitsOptions['token']>): Middleware {
  return {
    async onRequest({ request }) {
      const value = typeof token === 'function' ? await token() : token
      request.headers.set('authorization', `Bearer ${value}`)
      return request
    },
  }
}

type Answer<Data> = { readonly data?: Data; readonly error?: unknown }

/** The data of an answer. Throws QuitsError for a refusal. */
export async function unwrap<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error } = await answer
  if (error !== undefined) throw new QuitsError(error as Problem)
  return data as Data
}

/**
 * Header fields that make a creating request safe to send again: give the same ones each time, and
 * it has one effect.
 */
export function once(key: string = crypto.randomUUID()): { 'Idempotency-Key': string } {
  return { 'Idempotency-Key': key }
}

type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null }

/** Every item of a list, page after page, as they are wanted. Throws QuitsError for a refusal. */
export async function* eachItem<Item>(
  fetchPage: (cursor: { cursor?: string }) => Promise<Answer<Page<Item>>>,
): AsyncGenerator<Item> {
  let cursor: string | null | undefined
  do {
    const page: Page<Item> = await unwrap(fetchPage(cursor ? { cursor } : {}))
    yield* page.items
    cursor = page.nextCursor
  } while (cursor)
}
