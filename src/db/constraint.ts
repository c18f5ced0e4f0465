import type { DomainError } from '../domain/errors.ts'

/** Turns the violation of a named constraint into the refusal it stands for; other errors pass. */
export async function refusing<Result>(
  refusals: Readonly<Record<string, () => DomainError>>,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work
  } catch (error) {
    const violation = error as { constraint?: string; nativeError?: { constraint?: string } }
    const name = violation.constraint ?? violation.nativeError?.constraint
    const refusal = name ? refusals[name] : undefined
    throw refusal ? refusal() : error
  }
}
