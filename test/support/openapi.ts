export type Schema = { readonly [key: string]: unknown }
export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: Schema
  readonly required?: boolean
  readonly example?: unknown
}
export type Media = {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}
export type Operation = {
  readonly operationId: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As in the document, with parameters in braces. */
  readonly path: string
  readonly security: readonly unknown[]
  readonly parameters: readonly Parameter[]
  readonly body: Media | null
}
type Item = Omit<Operation, 'method' | 'path' | 'parameters' | 'body'> & {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
}
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Item>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** The operations of the document at /docs/json, in its order. */
export function operationsOf(document: unknown): readonly Operation[] {
  return Object.entries((document as OpenApi).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, item]) => ({
      operationId: item.operationId,
      method: method.toUpperCase() as Operation['method'],
      path,
      security: item.security,
      parameters: item.parameters ?? [],
      body: item.requestBody?.content['application/json'] ?? null,
    })),
  )
}

/** The path with its parameters filled in; throws when one is missing. */
export function fillPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`${path} needs ${name}`)
    return encodeURIComponent(value)
  })
}

/** Every example of a request body. */
export function examplesOf({ example, examples }: Media): readonly unknown[] {
  const named = Object.values(examples ?? {}).map(({ value }) => value)
  return example === undefined ? named : [example, ...named]
}
