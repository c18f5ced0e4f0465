import type { User } from '../accounts/user.ts'
import type { Transaction } from '../ports.ts'

const longestName = 50

/** Own categories go over; one whose name is taken gets a number, since both may be in use. */
export async function moveCategories(tx: Transaction, from: User, into: User): Promise<void> {
  const ownedBy = async (user: User) =>
    (await tx.categories.visibleTo(user.id)).filter((category) => category.userId === user.id)
  const taken = new Set((await ownedBy(into)).map((category) => category.name.toLowerCase()))
  for (const category of await ownedBy(from)) {
    const name = freeName(category.name, taken)
    taken.add(name.toLowerCase())
    await tx.categories.update({ ...category, userId: into.id, name })
  }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : ` ${number}`
    const candidate = [...name].slice(0, longestName - suffix.length).join('') + suffix
    if (!taken.has(candidate.toLowerCase())) return candidate
  }
}
