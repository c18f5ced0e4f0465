import { ConfigError } from './config.ts'
import { DomainError } from './domain/errors.ts'

/** A fault of the surroundings in a sentence; a bug with its stack. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, address, port } = error as Error & {
    code?: string
    address?: string
    port?: number
  }
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is taken by another program. Stop it, or start with another one: PORT=3001 npm start`
  }
  if (code === 'EACCES' && port)
    return `This user may not open port ${port}. Choose one above 1023: PORT=3000 npm start`
  if (code === 'EADDRNOTAVAIL') return `HOST=${address} is no address of this machine.`
  if (error instanceof DomainError) return error.detail
  const isExpected = error instanceof ConfigError || /(Start|Setup)Error$/.test(error.name)
  return isExpected ? error.message : (error.stack ?? error.message)
}
