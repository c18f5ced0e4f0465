type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void

/** The operator's log: fields carry ids, never what people wrote, names or tokens. */
export type Log = { readonly info: Write; readonly warn: Write; readonly error: Write }
