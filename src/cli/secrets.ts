import { randomBytes } from 'node:crypto'

/** Prints fresh secrets in the form of an .env file. */
process.stdout.write(`JWT_SECRET=${randomBytes(48).toString('base64url')}\n`)
