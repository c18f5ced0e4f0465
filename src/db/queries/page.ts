import type { Page, PageKey } from '../../domain/page.ts'

/** A page from rows of which one more than asked for was read, to know whether there is a next page. */
export function pageOf<Item>(
  items: readonly Item[],
  limit: number,
  keyOf: (item: Item) => PageKey,
): Page<Item> {
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown, next: items.length > limit && last ? keyOf(last) : null }
}
