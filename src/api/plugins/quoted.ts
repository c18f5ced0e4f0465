import { DomainError } from '../../domain/errors.ts'

/**
 * What is asked for, with the rate it needs. A refusal here would keep a repeated request from the
 * answer it had; so the work goes without, and refuses by itself if it is no repeat.
 */
export async function quoted<Input>(input: Input, quote: () => Promise<Input>): Promise<Input> {
  try {
    return await quote()
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'invalid') return input
    throw error
  }
}
