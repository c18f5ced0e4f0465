/**
 * Writes test/support/telegram/schema.json from the types in test/support/telegram/wire.ts.
 * With `--check` it writes nothing and fails when the committed file is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import * as tjs from 'typescript-json-schema'

type Node = tjs.Definition
type Nodes = Record<string, Node>

const wirePath = fileURLToPath(new URL('../support/telegram/wire.ts', import.meta.url))
const schemaUrl = new URL('../support/telegram/schema.json', import.meta.url)
const typesVersion = createRequire(import.meta.url)('@grammyjs/types/package.json').version

const program = tjs.getProgramFromFiles([wirePath], {
  strict: true,
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'esnext',
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
})
const generated = tjs.generateSchema(program, 'Wire', { noExtraProps: true, required: true })
if (!generated?.properties) throw new Error('the wire types gave no schema')

mendIntersections(generated)
const text = render(withoutProse(generated))
if (!process.argv.includes('--check')) {
  writeFileSync(schemaUrl, text)
} else if (readFileSync(schemaUrl, 'utf8') !== text) {
  process.stderr.write('test/support/telegram/schema.json is out of date: run telegram-schema.ts\n')
  process.exitCode = 1
}

/** The types carry the whole Bot API manual in their comments; only shapes are needed here. */
function withoutProse<T>(value: T): T
function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(
    ([key, inner]) => !(key === 'description' && typeof inner === 'string'),
  )
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutProse(inner)]))
}

/**
 * The generator loses what an intersection takes from a type it met before. The two that matter
 * here are put together again; the other updates leave, since the fake never makes them.
 */
function mendIntersections({ definitions }: Node): void {
  const { Update, Message, Chat } = definitions
  for (const [kind, shape] of Object.entries<Node>(Update.properties)) {
    if (shape.properties) delete Update.properties[kind]
  }
  const isChannel = ({ $ref }: Node) => $ref.endsWith('ChannelChat')
  const chat = { anyOf: Chat.anyOf.filter((kind: Node) => !isChannel(kind)) }
  definitions.IncomingMessage = {
    ...Message,
    properties: { ...Message.properties, chat },
    required: [...Message.required, 'from'],
  }
  definitions.IncomingEdit = {
    ...definitions.IncomingMessage,
    required: [...definitions.IncomingMessage.required, 'edit_date'],
  }
  definitions.ReplyMessage = { $ref: '#/definitions/Message' }
  Update.properties.message = { $ref: '#/definitions/IncomingMessage' }
  Update.properties.edited_message = { $ref: '#/definitions/IncomingEdit' }
}

/** A mapped type either stands in place or became a definition that only this place uses. */
function entriesOf(node: Node, definitions: Nodes): Nodes {
  if (node.properties) return node.properties as Nodes
  const name = decodeURIComponent(node.$ref.split('/').at(-1))
  const { properties } = definitions[name]
  delete definitions[name]
  return properties
}

/** One definition a line, sorted, so that a new Bot API version gives a readable difference. */
function render(schema: Node): string {
  const { update, ...calls } = schema.properties
  const params = entriesOf(calls.params, schema.definitions)
  const results = entriesOf(calls.results, schema.definitions)
  const block = (name: string, entries: Nodes) => {
    const lines = Object.keys(entries)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${JSON.stringify(entries[key])}`)
    return `${JSON.stringify(name)}:{\n${lines.join(',\n')}\n}`
  }
  return `{\n${[
    `"$comment":${JSON.stringify(`@grammyjs/types ${typesVersion}`)}`,
    `"update":${JSON.stringify(update)}`,
    block('params', params),
    block('results', results),
    block('definitions', schema.definitions),
  ].join(',\n')}\n}\n`
}
