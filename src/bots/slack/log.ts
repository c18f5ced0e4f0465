import { webApi } from '@slack/bolt'

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void

/** The operator's log: fields carry ids, never what people wrote, names or tokens. */
export type Log = { readonly info: Write; readonly warn: Write }

export const silentLog: Log = { info: () => undefined, warn: () => undefined }

/** Slack's libraries write into our log what they are worried about, without secrets. */
export function libraryLogger(log: Log): webApi.Logger {
  const silent = () => undefined
  const warn = (...words: unknown[]) => {
    log.warn({ detail: withoutSecrets(words.map(String).join(' ')) }, 'slack library complained')
  }
  return {
    debug: silent,
    info: silent,
    warn,
    error: warn,
    setLevel: silent,
    getLevel: () => webApi.LogLevel.WARN,
    setName: silent,
  }
}

/** Tokens, and the addresses that are as good as tokens: response_urls and socket tickets. */
function withoutSecrets(text: string): string {
  return text
    .replace(/\bx(?:ox[a-z]|app)[-.][\w.-]+/g, '[token]')
    .replace(/\b(?:https?|wss?):\/\/\S+/g, '[address]')
}

/** What went wrong with a call, short and without secrets. */
export function problemOf(error: unknown): string {
  if (error instanceof webApi.WebAPIPlatformError) return error.data.error
  return error instanceof Error ? withoutSecrets(`${error.name}: ${error.message}`) : 'unknown'
}
