import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'

type Block = { readonly language: string; readonly body: string }
type Step = { readonly command: string; readonly shown: Block | null }

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
  ([, language, body]): Block => ({ language: language!, body: body! }),
)
const steps = blocks.flatMap((block, i): Step[] => {
  if (block.language !== 'sh') return []
  const next = blocks[i + 1]
  return [{ command: block.body, shown: next && next.language !== 'sh' ? next : null }]
})

const separator = '=== next block ==='
let api: TestApi
let printed: readonly string[]

beforeAll(async () => {
  api = await startTestApi()
  const base = await api.app.listen({ host: '127.0.0.1', port: 0 })
  printed = await runAll(base)
}, 60_000)
afterAll(() => api.close())

/** In one shell, as somebody would who pastes block after block. */
async function runAll(base: string): Promise<readonly string[]> {
  const script = steps.map(({ command }) => `${command}\necho; echo '${separator}'`).join('\n')
  const env = { ...process.env, NO_PROXY: '*', no_proxy: '*', QUITS: base }
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], { env })
  const [output, complaints, [code]] = await Promise.all([
    text(shell.stdout),
    text(shell.stderr),
    once(shell, 'close'),
  ])
  expect(complaints).toBe('')
  expect(code).toBe(0)
  return output.split(separator)
}

describe('the first calls in docs/api.md', () => {
  it('are many, and nearly all show what comes back', () => {
    expect(steps.length).toBeGreaterThan(15)
    expect(steps.filter(({ shown }) => !shown)).toEqual([])
  })

  it.each(steps.map((step, i) => [step.command.trim().split('\n').at(-1)!, i] as const))(
    '%s prints what is shown',
    (_command, i) => {
      const { language, body } = steps[i]!.shown!
      if (language === 'http') expectLines(printed[i]!, body)
      else expect(JSON.parse(printed[i]!)).toMatchObject(expected(JSON.parse(body)))
    },
  )
})

/** Lists are shown whole, though their entries in part; "…" stands for any text. */
function expected(value: unknown): never {
  if (value === '…') return expect.stringMatching(/./) as never
  if (Array.isArray(value)) return value.map(expected) as never
  if (typeof value !== 'object' || value === null) return value as never
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expected(item)]),
  ) as never
}

function expectLines(output: string, shown: string): void {
  const lines = output.split('\n').map((line) => line.trim())
  let from = 0
  for (const line of shown.trim().split('\n')) {
    const at = lines.indexOf(line, from)
    expect(at, `${line}\nis not in:\n${lines.slice(from).join('\n')}`).toBeGreaterThanOrEqual(from)
    from = at + 1
  }
}
