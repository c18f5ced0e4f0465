const dayMs = 86_400_000

/** Undo in a chat works for a day; what is older is changed by an edit. */
export function editableSince(now: Date): Date {
  return new Date(now.getTime() - dayMs)
}
