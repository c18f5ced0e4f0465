/** What a button does: bound to a record and the version it was drawn for, never to a session. */
export type Action = {
  readonly verb: 'undo' | 'redo'
  readonly expenseId: string
  readonly version: number
}

const verbs = { u: 'undo', r: 'redo' } as const
const letterOf = { undo: 'u', redo: 'r' } as const

/** Telegram allows 64 bytes: a letter, the id in base64url (22) and the version. */
export function encodeAction(action: Action): string {
  const id = Buffer.from(action.expenseId.replaceAll('-', ''), 'hex').toString('base64url')
  return `${letterOf[action.verb]}.${id}.${action.version}`
}

/** Null for anything we did not write ourselves. */
export function decodeAction(text: string): Action | null {
  const match = /^([ur])\.([A-Za-z0-9_-]{22})\.([1-9]\d{0,8})$/.exec(text)
  if (!match) return null
  const hex = Buffer.from(match[2]!, 'base64url').toString('hex')
  const expenseId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { verb: verbs[match[1] as 'u' | 'r'], expenseId, version: Number(match[3]) }
}
