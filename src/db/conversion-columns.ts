import type { Conversion } from '../domain/expenses/expense.ts'
import type { CurrencyCode } from '../domain/money/currencies.ts'
import type { CalendarDate } from '../domain/time/calendar-date.ts'
import { fromMoney, toMoney } from './columns.ts'

/** The five columns of a conversion, which stand in several tables: all set or none. */
export type ConversionColumns = {
  originalAmount: string | null
  originalCurrency: string | null
  rate: string | null
  rateOn: string | null
  rateSource: string | null
}

export function toConversionColumns(conversion: Conversion | null): ConversionColumns {
  return {
    originalAmount: conversion && fromMoney(conversion.original),
    originalCurrency: conversion?.original.currency ?? null,
    rate: conversion?.rate ?? null,
    rateOn: conversion?.rateOn ?? null,
    rateSource: conversion?.rateSource ?? null,
  }
}

export function toConversion(columns: ConversionColumns): Conversion | null {
  if (columns.originalAmount === null) return null
  return {
    original: toMoney(columns.originalAmount, columns.originalCurrency as CurrencyCode),
    rate: columns.rate!,
    rateOn: columns.rateOn as CalendarDate,
    rateSource: columns.rateSource!,
  }
}
