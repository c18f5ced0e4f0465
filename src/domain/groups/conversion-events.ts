import type { Actor } from '../accounts/user.ts'
import { toDecimal } from '../money/money.ts'
import type { Clock, Ids } from '../ports.ts'
import type { FieldChange, NewGroupEvent } from './event.ts'
import type { Group } from './group.ts'
import type { GroupConversion } from './group-conversion.ts'

type Stamp = { readonly ids: Ids; readonly clock: Clock }

export function conversionEvent(
  type: 'group.redenominated' | 'group.redenomination-voided' | 'group.redenomination-restored',
  conversion: GroupConversion,
  groups: { readonly before: Group; readonly after: Group },
  actor: Actor,
  stamp: Stamp,
): NewGroupEvent {
  return {
    id: stamp.ids.next(),
    groupId: conversion.groupId,
    type,
    actorId: actor.userId,
    source: actor.source,
    subjectType: 'conversion',
    subjectId: conversion.id,
    subjectVersion: conversion.version,
    data: { changes: changesOf(type, conversion, groups), after: describe(conversion) },
    createdAt: stamp.clock.now(),
  }
}

function changesOf(
  type: NewGroupEvent['type'],
  { voidedAt }: GroupConversion,
  { before, after }: { readonly before: Group; readonly after: Group },
): readonly FieldChange[] {
  const isVoided = voidedAt !== null
  return [
    ...(before.currency === after.currency
      ? []
      : [{ field: 'currency', from: before.currency, to: after.currency }]),
    ...(type === 'group.redenominated' ? [] : [{ field: 'voided', from: !isVoided, to: isVoided }]),
  ]
}

function describe(conversion: GroupConversion) {
  return {
    to: conversion.to,
    rates: conversion.rates.map(({ currency, rate, on, source }) => ({
      currency,
      rate,
      rateDate: on,
      rateSource: source,
    })),
    entries: conversion.entries.map(({ userId, amount }) => ({
      userId,
      amount: toDecimal(amount),
      currency: amount.currency,
    })),
    date: conversion.convertedOn,
    voided: conversion.voidedAt !== null,
  }
}
