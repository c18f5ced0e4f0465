import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const firstGroups = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => name!).toSorted()

const settings = namesThatConfigReads()
const example = read('.env.example')

describe('the settings', () => {
  it('stand in .env.example, each once', () => {
    expect(firstGroups(example, /^#? ?([A-Z_]+)=/gm)).toEqual(settings)
  })

  it('stand in the table of docs/operating.md, each once', () => {
    expect(firstGroups(read('docs/operating.md'), /^\| `([A-Z_]+)` +\|/gm)).toEqual(settings)
  })

  it('reach the container, but for the folder it has no use for', () => {
    const service = read('docker-compose.yml').split(/^ {2}postgres:/m)[0]!
    const passed = firstGroups(service, /^ {6}([A-Z_]+):/gm)
    expect(passed).toEqual(settings.filter((name) => name !== 'DATA_DIR'))
    const forwarded = [...service.matchAll(/^ {6}([A-Z_]+): "\$\{([A-Z_]+):/gm)]
    expect(forwarded.length).toBeGreaterThan(10)
    for (const [, name, source] of forwarded) expect(source).toBe(name)
  })

  it('are, in the example, what they are when left out', () => {
    const lines = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)]
    const values = Object.fromEntries(lines.map(([, name, value]) => [name!, value!]))
    const { TELEGRAM_API_ROOT, SLACK_API_URL } = values
    expect([TELEGRAM_API_ROOT, SLACK_API_URL].every((url) => URL.canParse(url!))).toBe(true)
    expect(readConfig(values)).toEqual(readConfig({}))
  })
})

function namesThatConfigReads(): string[] {
  const names = new Set<string>()
  const watched = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_, name) {
        names.add(String(name))
        return undefined
      },
    },
  )
  readConfig(watched)
  return [...names].toSorted()
}
