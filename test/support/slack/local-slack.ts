import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inOwnNetwork } from '../own-network.ts'
import { isJson, type Json, jsonList, type SlackApp } from './wire.ts'

// An independent Slack stand-in (https://www.npmjs.com/package/local-slack), so that our own fake
// is not the only judge. It checks no limits, scopes, membership or tokens, and never retries.
const binary = fileURLToPath(
  new URL('../../tools/node_modules/local-slack-linux-x64/bin/local-slack', import.meta.url),
)

/** Why local-slack cannot run here; undefined when it can. */
export function localSlackObstacle(): string | undefined {
  if (!existsSync(binary)) return 'local-slack is not installed under test/tools'
  // It listens on every interface, which is only safe where there is none but loopback.
  if (!inOwnNetwork()) return 'local-slack needs a network of its own (test/support/own-network.ts)'
  return undefined
}

export interface LocalSlackOptions {
  readonly app: SlackApp
  /** Where the bot will listen. */
  readonly requestUrl: string
  readonly people: readonly { id: string; name: string; real_name?: string; tz?: string }[]
  readonly channels: readonly { id: string; name: string; members: readonly string[] }[]
}

export interface LocalMessage {
  readonly ts: string
  readonly user: string
  readonly text: string
  readonly blocks?: readonly Json[]
  readonly bot_id?: string
  /** Whose eyes only; in local-slack ephemerals stand among the messages. */
  readonly ephemeral_to?: string
}

/** Starts local-slack on a free port. */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const folder = await mkdtemp(join(tmpdir(), 'local-slack-'))
  const config = join(folder, 'slack.yaml')
  // JSON is YAML.
  await writeFile(config, JSON.stringify(configOf(options)))
  const port = await freePort()
  const args = ['--config', config, '--port', String(port), '--base-host', '127.0.0.1']
  const child = spawn(binary, args, { env: { ...process.env, TMPDIR: folder } })
  await running(child)
  return new LocalSlack(`http://127.0.0.1:${port}`, child, folder)
}

/** A client of its control API: what people do, and what they see. */
export class LocalSlack {
  readonly apiUrl: string
  readonly #control: string
  readonly #child: ChildProcess
  readonly #folder: string

  constructor(url: string, child: ChildProcess, folder: string) {
    this.apiUrl = `${url}/api/`
    this.#control = `${url}/_control`
    this.#child = child
    this.#folder = folder
  }

  async command(channel: string, user: string, command: string, text = ''): Promise<void> {
    await this.#post('command', { channel, user, command, text })
  }

  async say(channel: string, user: string, text: string): Promise<LocalMessage> {
    const answer = await this.#post('message', { channel, user, text })
    return answer.message as LocalMessage
  }

  async press(channel: string, message: LocalMessage, user: string, actionId: string) {
    const elements = (message.blocks ?? []).flatMap((block) => {
      return jsonList(block.elements).map((element) => ({ ...element, block_id: block.block_id }))
    })
    const action = elements.find((element: Json) => element.action_id === actionId)
    if (!action) throw new Error(`the message has no action ${actionId}`)
    await this.#post('interact', { channel, messageTs: message.ts, user, action })
  }

  async editMessage(channel: string, message: LocalMessage, text: string): Promise<void> {
    await this.#post('edit-message', { channel, ts: message.ts, user: message.user, text })
  }

  async deleteMessage(channel: string, message: LocalMessage): Promise<void> {
    await this.#post('delete-message', { channel, ts: message.ts, user: message.user })
  }

  async react(channel: string, message: LocalMessage, user: string, name: string): Promise<void> {
    await this.#post('reaction', { channel, ts: message.ts, user, name })
  }

  async openHome(user: string): Promise<void> {
    await this.#post('open-home', { user })
  }

  /** Forgets all messages; people and channels stay. */
  async reset(): Promise<void> {
    await this.#post('reset', {})
  }

  async messages(channel: string): Promise<LocalMessage[]> {
    const answer = await this.#get(`messages/${channel}`)
    return jsonList(answer.messages) as unknown as LocalMessage[]
  }

  /** Everything that went to and came from the bot, in order. */
  async log(): Promise<Json[]> {
    return jsonList((await this.#get('log')).log)
  }

  async waitForMessage(
    channel: string,
    predicate: (message: LocalMessage) => boolean,
    timeoutMs = 5000,
  ): Promise<LocalMessage> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const there = await this.messages(channel)
      const found = there.find(predicate)
      if (found) return found
      if (performance.now() > deadline) {
        const texts = there.map(({ user, text }) => `${user}: ${text}`).join('\n')
        throw new Error(`waited ${timeoutMs} ms in vain for a message; there are:\n${texts}`)
      }
      await delay(20)
    }
  }

  async close(): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill()
    await gone
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #post(path: string, body: Json): Promise<Json> {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return answered(await fetch(`${this.#control}/${path}`, init))
  }

  async #get(path: string): Promise<Json> {
    return answered(await fetch(`${this.#control}/${path}`))
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || !address) throw new Error('no port')
  return address.port
}

function configOf({ app, requestUrl, people, channels }: LocalSlackOptions): Json {
  return {
    workspace: { name: app.teamDomain, domain: app.teamDomain, teamId: app.teamId },
    app: {
      appId: app.appId,
      botUserId: app.botUserId,
      botName: app.botName,
      botToken: app.botToken,
      appToken: app.appToken,
      signingSecret: app.signingSecret,
      mode: 'events',
      requestUrl,
    },
    users: people,
    channels,
  }
}

function running(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const read = (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('local-slack is running')) resolve()
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`local-slack ended (${code}): ${said}`)))
  })
}

async function answered(response: Response): Promise<Json> {
  const answer: unknown = await response.json()
  if (!isJson(answer) || answer.ok === false) {
    throw new Error(`local-slack refused ${response.url}: ${JSON.stringify(answer)}`)
  }
  return answer
}
