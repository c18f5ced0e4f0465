import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { identifyProcess, isRunning, type ProcessIdentity } from './embedded-processes.ts'
import { EmbeddedStartError } from './embedded-start-error.ts'

type Claim = ProcessIdentity & { readonly nonce: string }

export type FolderLock = { release(): void }

/**
 * One Quits per data folder. The lock names its owner, so that one left by a killed process is
 * known to be stale. A stale claim is never removed by a contender, who could hit a fresh one
 * instead: it is succeeded by a claim linked under its nonce, which only one contender can do, and
 * only a claim that the chain from the lock file leads to is in force.
 */
export function lockFolder(dataDir: string): FolderLock {
  const lock = join(dataDir, 'quits.lock')
  const mine: Claim = { ...identifyProcess(process.pid)!, nonce: randomBytes(8).toString('hex') }
  const draft = `${lock}.${mine.nonce}.draft`
  writeDurably(draft, JSON.stringify(mine))
  try {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const chain = readChain(lock)
      const last = chain.at(-1)
      if (last && isRunning(last)) throw alreadyRunning(dataDir, last.pid)
      const place = last ? `${lock}.${last.nonce}` : lock
      if (!linkOnce(draft, place)) continue
      if (readChain(lock).at(-1)?.nonce !== mine.nonce) {
        rmSync(place, { force: true })
        continue
      }
      if (place !== lock) {
        renameSync(draft, lock)
        rmSync(place)
      }
      sweep(lock)
      return { release: () => release(lock, mine.nonce) }
    }
    throw new EmbeddedStartError(`${lock} cannot be taken. Remove it if no Quits is running.`)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Removes what processes left that died on the way; an unreadable draft may still be written to. */
function sweep(lock: string): void {
  for (const name of readdirSync(dirname(lock))) {
    if (!name.startsWith(`${basename(lock)}.`)) continue
    const path = join(dirname(lock), name)
    const claim = readClaim(path)
    if (claim && claim.pid !== 0 && !isRunning(claim)) rmSync(path, { force: true })
  }
}

function release(lock: string, nonce: string): void {
  if (readClaim(lock)?.nonce === nonce) rmSync(lock, { force: true })
}

function readChain(lock: string): Claim[] {
  const chain: Claim[] = []
  let claim = readClaim(lock)
  while (claim) {
    chain.push(claim)
    claim = readClaim(`${lock}.${claim.nonce}`)
  }
  return chain
}

function readClaim(path: string): Claim | undefined {
  let text: string
  let inode: number
  try {
    text = readFileSync(path, 'utf8')
    inode = statSync(path).ino
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const match = /^\{"pid":(\d+),"bornAt":"([^"]*)","nonce":"([0-9a-f]+)"\}$/.exec(text)
  if (!match) return { pid: 0, bornAt: '', nonce: `unreadable-${inode}` }
  return { pid: Number(match[1]), bornAt: match[2]!, nonce: match[3]! }
}

function linkOnce(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** A claim must not come back empty after a power cut. */
function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o644)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function alreadyRunning(dataDir: string, pid: number): EmbeddedStartError {
  return new EmbeddedStartError(
    `Quits is already running on ${dataDir}, process ${pid}. ` +
      'Stop it or set DATA_DIR to another folder.',
  )
}
