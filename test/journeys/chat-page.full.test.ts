import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Browser, browserObstacle, type Look, openBrowser } from '../support/browser.ts'
import { startServer, type TestServer, temporaryFolder } from '../support/server.ts'

const obstacle = browserObstacle()
if (obstacle) process.stderr.write(`SKIPPED: the chat page in Chromium: ${obstacle}\n`)

const folder = temporaryFolder()
let server: TestServer

const phone: Look = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }

describe.skipIf(obstacle !== undefined)('the chat page in a browser', { timeout: 30_000 }, () => {
  let browser: Browser

  beforeAll(async () => {
    server = await startServer({ dataDir: folder.path })
  })

  afterAll(async () => {
    await server.stop()
    folder.remove()
  })

  afterEach(async () => {
    await browser.close()
  })

  it('records a typed expense, undoes it and brings it back, by keyboard alone', async () => {
    await open()
    const card = await say('12 lunch')
    expect(await card.textContent()).toMatch(/12.*lunch|lunch.*12/is)
    await card.getByRole('button', { name: 'Undo' }).focus()
    await card.getByRole('button', { name: 'Undo' }).press('Enter')
    await card.getByRole('button', { name: 'Redo' }).waitFor()
    expect(await focusedText()).toBe('Redo')
    await card.getByRole('button', { name: 'Redo' }).press('Enter')
    await card.getByRole('button', { name: 'Undo' }).waitFor()
    expect(browser.complaints).toEqual([])
  })

  it('splits in the demo flat and says who owes whom, also after a reload', async () => {
    await open()
    await browser.page
      .getByRole('button', { name: /Demo flat/ })
      .first()
      .click()
    const split = await say('/split 90 dinner @ann @bob')
    expect(await split.textContent()).toMatch(/30[.,]00/)
    const balance = await say('/balance')
    expect(await balance.textContent()).toMatch(/Ann.*Bob/s)
    await browser.page.reload()
    await browser.page.getByText('/split 90 dinner @ann @bob').last().waitFor()
    expect(await lastCard().textContent()).toMatch(/Ann.*Bob/s)
    expect(browser.complaints).toEqual([])
  })

  it('shows what people typed as text, whatever it looks like', async () => {
    await open()
    const sly = '12 <img src=x onerror=document.title=1> & *tea*'
    const card = await say(sly)
    expect(await browser.page.getByText(sly).count()).toBeGreaterThan(0)
    expect(await card.locator('img').count()).toBe(0)
    expect(browser.complaints).toEqual([])
  })

  it('brings back sent messages with the arrow key', async () => {
    await open()
    await say('12 lunch')
    await say('/help')
    await field().press('ArrowUp')
    expect(await field().inputValue()).toBe('/help')
    await field().press('ArrowUp')
    expect(await field().inputValue()).toBe('12 lunch')
    await field().press('ArrowDown')
    await field().press('ArrowDown')
    expect(await field().inputValue()).toBe('')
  })

  it('keeps a message that did not get through, and sends it when told to', async () => {
    await open()
    await say('/help')
    await browser.context.setOffline(true)
    await field().fill('7.50 tram')
    await field().press('Enter')
    const again = browser.page.getByRole('button', { name: 'Try again' }).last()
    await again.waitFor()
    await browser.context.setOffline(false)
    const before = await cards().count()
    await again.click()
    await expect.poll(() => cards().count()).toBe(before + 1)
    expect(await lastCard().textContent()).toMatch(/tram/)
  })

  it('copies an API token that the API takes', async () => {
    await open()
    await browser.context.grantPermissions(['clipboard-read', 'clipboard-write'], {
      origin: server.url,
    })
    const opener = browser.page.getByRole('button', { name: 'Copy API token' })
    await opener.click()
    await browser.page.getByText(/valid for/).waitFor()
    const token = await browser.page.evaluate<string>('navigator.clipboard.readText()')
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(new URL('/api/v1/expenses', server.url), { headers })).status).toBe(200)
    expect((await fetch(new URL('/docs', server.url))).status).toBe(200)
    await opener.click()
    await browser.page.getByText(/valid for/).waitFor({ state: 'hidden' })
  })

  it.each(['light', 'dark'] as const)('fits a narrow phone, %s', async (colorScheme) => {
    await open({ ...phone, colorScheme })
    await say('1234567.89 a-very-long-word-that-no-line-of-a-phone-can-hold-without-breaking-it')
    // A page too wide for a phone makes the phone zoom out, so the elements are held against the screen.
    const tooWide = await browser.page.evaluate<string[]>(
      `[...document.querySelectorAll('.bar *, .chats *, .entry *, .field *, .logs')]
        .filter((each) => each.getBoundingClientRect().right > screen.width)
        .map((each) => each.outerHTML)`,
    )
    expect(tooWide).toEqual([])
    expect(await field().isVisible()).toBe(true)
    expect(browser.complaints).toEqual([])
  })

  async function open(look?: Look): Promise<void> {
    browser = await openBrowser(look)
    await browser.page.goto(server.url)
    await field().waitFor()
  }

  async function say(text: string) {
    const before = await cards().count()
    await field().fill(text)
    await field().press('Enter')
    await expect.poll(() => cards().count()).toBe(before + 1)
    return lastCard()
  }

  const field = () => browser.page.getByRole('textbox', { name: 'Message' })
  const cards = () => browser.page.locator('.log:not([hidden]) .card')
  const lastCard = () => cards().last()
  const focusedText = () => browser.page.evaluate<string>('document.activeElement.textContent')
})
