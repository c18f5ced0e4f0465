import type { MergePreview } from '../../domain/people/preview-merge.ts'
import type { MergePreviewResource } from '../schemas/merge.ts'
import { amountText } from '../schemas/money.ts'

export function presentMergePreview({ from, into, groups }: MergePreview): MergePreviewResource {
  return {
    from,
    into,
    groups: groups.map(({ balances, ...group }) => ({
      ...group,
      balances: balances.map((amount) => ({
        currency: amount.currency,
        amount: amountText(amount),
      })),
    })),
  }
}
