import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { Clock, Ids } from './domain/ports.ts'

export const systemClock: Clock = { now: () => new Date() }

export const systemIds: Ids = {
  next: () => uuidv7(),
  secret: (bytes) => randomBytes(bytes).toString('base64url'),
}
