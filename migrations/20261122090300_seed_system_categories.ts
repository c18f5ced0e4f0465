import type { Knex } from 'knex'

/**
 * The system's categories. Their ids are fixed, so that a category means the same in every
 * installation and an export can be read elsewhere: the last two digits are the place in this list.
 */
const categories: readonly (readonly [
  slug: string,
  name: string,
  icon: string,
  parent?: string,
])[] = [
  ['groceries', 'Groceries', '🛒'],
  ['dining', 'Dining', '🍽️'],
  ['transport', 'Transport', '🚆'],
  ['fuel', 'Fuel', '⛽', 'transport'],
  ['travel', 'Travel', '✈️'],
  ['housing', 'Housing', '🏠'],
  ['utilities', 'Utilities', '💡', 'housing'],
  ['entertainment', 'Entertainment', '🎬'],
  ['health', 'Health', '🩺'],
  ['shopping', 'Shopping', '🛍️'],
  ['education', 'Education', '🎓'],
  ['gifts', 'Gifts', '🎁'],
  ['subscriptions', 'Subscriptions', '🔁', 'entertainment'],
  ['pets', 'Pets', '🐾'],
  ['personal-care', 'Personal care', '💇', 'health'],
  ['insurance', 'Insurance', '☂️'],
  ['taxes', 'Taxes', '🏛️'],
  ['fees', 'Fees', '🧾'],
  ['income', 'Income', '💰'],
  ['transfer', 'Transfer', '↔️'],
  ['other', 'Other', '📦'],
]

const idOf = (slug: string): string => {
  const place = categories.findIndex((category) => category[0] === slug) + 1
  return `01980000-0000-7000-8000-0000000000${String(place).padStart(2, '0')}`
}

export async function up(knex: Knex): Promise<void> {
  const epoch = '2026-01-01T00:00:00Z'
  const rows = categories.map(([slug, name, icon, parent]) => ({
    id: idOf(slug),
    slug,
    name,
    icon,
    parent_id: parent ? idOf(parent) : null,
    created_at: epoch,
    updated_at: epoch,
  }))
  await knex('categories').insert(rows)
}

export async function down(knex: Knex): Promise<void> {
  await knex('categories').whereNotNull('slug').delete()
}
