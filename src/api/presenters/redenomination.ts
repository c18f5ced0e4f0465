import type { ConversionRate, GroupConversion } from '../../domain/groups/group-conversion.ts'
import type { Redenomination } from '../../domain/groups/redenominate.ts'
import type { Money } from '../../domain/money/money.ts'
import { amountText } from '../schemas/money.ts'
import type { ConversionResource, RedenominationResource } from '../schemas/redenomination.ts'

export function presentRedenomination(made: Redenomination): RedenominationResource {
  return {
    balances: made.balances.map(({ userId, before, after, exact, difference }) => ({
      userId,
      before: presentSum(before),
      after: presentSum(after),
      exact,
      difference,
    })),
    rates: made.rates.map(presentRate),
    currency: made.currency,
    conversionId: made.conversion?.id ?? null,
  }
}

export function presentConversionOfGroup(conversion: GroupConversion): ConversionResource {
  return {
    id: conversion.id,
    groupId: conversion.groupId,
    to: conversion.to,
    rates: conversion.rates.map(presentRate),
    entries: conversion.entries.map(({ userId, amount }) => ({ userId, ...presentSum(amount) })),
    currencyBefore: conversion.currencyBefore,
    currencyAfter: conversion.currencyAfter,
    date: conversion.convertedOn,
    source: conversion.source,
    version: conversion.version,
    createdBy: conversion.createdBy,
    createdAt: conversion.createdAt.toISOString(),
    updatedAt: conversion.updatedAt.toISOString(),
    voidedAt: conversion.voidedAt?.toISOString() ?? null,
  }
}

function presentSum(amount: Money) {
  return { amount: amountText(amount), currency: amount.currency }
}

function presentRate({ currency, rate, on, source }: ConversionRate) {
  return { currency, rate, rateDate: on, rateSource: source }
}
