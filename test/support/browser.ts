import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The part of playwright-core that journeys use; it is installed with the test tools only. */
export type Locator = {
  click(): Promise<void>
  fill(text: string): Promise<void>
  press(key: string): Promise<void>
  focus(): Promise<void>
  waitFor(options?: { state?: 'visible' | 'hidden' }): Promise<void>
  count(): Promise<number>
  textContent(): Promise<string | null>
  inputValue(): Promise<string>
  isVisible(): Promise<boolean>
  first(): Locator
  last(): Locator
  locator(selector: string): Locator
  getByRole(role: string, options?: { name?: string | RegExp; exact?: boolean }): Locator
  getByText(text: string | RegExp): Locator
  evaluate<T>(read: (element: { scrollWidth: number; clientWidth: number }) => T): Promise<T>
}

export type Page = Pick<Locator, 'locator' | 'getByRole' | 'getByText'> & {
  goto(url: string): Promise<unknown>
  reload(): Promise<unknown>
  on(event: 'console', hear: (message: { type(): string; text(): string }) => void): void
  on(event: 'pageerror', hear: (error: Error) => void): void
  /** In the page; an expression as text, as this program has no DOM types. */
  evaluate<T>(expression: string): Promise<T>
  screenshot(options: { path: string }): Promise<unknown>
}

type Context = {
  pages(): Page[]
  grantPermissions(names: string[], options: { origin: string }): Promise<void>
  setOffline(isOffline: boolean): Promise<void>
  close(): Promise<void>
}

export type Browser = {
  readonly page: Page
  readonly context: Context
  /** What the page complained about: thrown errors and whatever the console calls an error. */
  readonly complaints: string[]
  close(): Promise<void>
}

export type Look = {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly colorScheme?: 'light' | 'dark'
  readonly hasTouch?: boolean
  readonly isMobile?: boolean
}

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const tools = createRequire(new URL('../tools/package.json', import.meta.url))

/** Headless, and silent towards everything but the page's own server. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Why there is no browser here; undefined where there is one. */
export function browserObstacle(): string | undefined {
  if (!existsSync(executablePath)) return `no Chromium at ${executablePath} (set CHROMIUM)`
  try {
    tools.resolve('playwright-core')
    return undefined
  } catch {
    return 'playwright-core is not installed (npm ci in test/tools)'
  }
}

export async function openBrowser(look: Look = {}): Promise<Browser> {
  const { chromium } = tools('playwright-core') as {
    chromium: { launchPersistentContext(folder: string, options: object): Promise<Context> }
  }
  const folder = await mkdtemp(join(tmpdir(), 'quits-chromium-'))
  const options = { viewport: { width: 1280, height: 800 }, ...look, executablePath, args }
  const context = await chromium.launchPersistentContext(folder, { headless: true, ...options })
  const page = context.pages()[0]!
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return {
    page,
    context,
    complaints,
    async close() {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
