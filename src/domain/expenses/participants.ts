import { invalid } from '../errors.ts'

export const maxParticipants = 100

/**
 * Each person once, at least one, at most a hundred. `noun` also names the codes:
 * `no-participants`, `too-many-participants`, `duplicate-participant`.
 */
export function requireParticipants(
  people: readonly { readonly userId: string }[],
  pointer: string,
  noun: 'participant' | 'payer' = 'participant',
): void {
  if (people.length === 0) throw invalid(`no-${noun}s`, `Name at least one ${noun}.`, {}, pointer)
  if (people.length > maxParticipants) {
    const detail = `There may be at most ${maxParticipants} ${noun}s.`
    throw invalid(`too-many-${noun}s`, detail, { limit: maxParticipants }, pointer)
  }
  const seen = new Set<string>()
  people.forEach(({ userId }, i) => {
    if (seen.has(userId)) {
      const detail = `Name each ${noun} only once.`
      throw invalid(`duplicate-${noun}`, detail, { userId }, `${pointer}/${i}/userId`)
    }
    seen.add(userId)
  })
}
