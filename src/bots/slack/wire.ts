export type Json = Readonly<Record<string, unknown>>

/** The object under a key, or an empty one: what Slack sends is looked at, never trusted. */
export function objectAt(value: Json, key: string): Json {
  const found = value[key]
  return isJson(found) ? found : {}
}

/** The text under a key; null when there is none or it is empty. */
export function textAt(value: Json, key: string): string | null {
  const found = value[key]
  return typeof found === 'string' && found !== '' ? found : null
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
