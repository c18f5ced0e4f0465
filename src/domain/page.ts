export type Page<Item> = { readonly items: readonly Item[]; readonly next: PageKey | null }

/** Where a page ended: lists run from the newest to the oldest by these two. */
export type PageKey = { readonly date: string; readonly id: string }

export type PageRequest = { readonly limit: number; readonly after: PageKey | null }
