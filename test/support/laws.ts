import { DomainError } from '../../src/domain/errors.ts'

/** How hard fast-check tries; a failing run prints its seed. */
export const law = { numRuns: Number(process.env.FC_RUNS ?? 1000) }

/** The refusal that `work` ends in, for comparing its code, facts and pointer. */
export function refusalOf(work: () => unknown): DomainError {
  try {
    work()
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** `code at pointer`, in short. */
export function refusal(work: () => unknown): string {
  const { kind, code, faults } = refusalOf(work)
  return `${kind} ${code} ${faults[0]?.pointer ?? ''}`.trimEnd()
}

/** The same for work that goes on in the background. */
export async function eventualRefusalOf(work: () => Promise<unknown>): Promise<DomainError> {
  const outcome = await work().then(
    () => null,
    (error: unknown) => error,
  )
  return refusalOf(() => {
    if (outcome !== null) throw outcome
  })
}
