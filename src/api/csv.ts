/** Spreadsheets run a cell that begins like this as a formula; the full-width forms count as well. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/u
const number = /^-?[0-9]+(\.[0-9]+)?$/

/** A cell by RFC 4180. What could be a formula gets an apostrophe in front; numbers stay numbers. */
export function csvCell(text: string): string {
  const safe = formula.test(text) && !number.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
