/**
 * Keeps the last `capacity` results by their text arguments. For `Intl` objects, which are slow to
 * build; bounded, because locales and zones come from outside.
 */
export function memoize<Args extends readonly string[], Result>(
  capacity: number,
  make: (...args: Args) => Result,
): (...args: Args) => Result {
  const results = new Map<string, Result>()
  return (...args) => {
    const key = args.join('\n')
    const known = results.get(key)
    if (known !== undefined) return known
    const result = make(...args)
    const oldest = results.keys().next()
    if (results.size >= capacity && !oldest.done) results.delete(oldest.value)
    results.set(key, result)
    return result
  }
}
