const listed = new Intl.ListFormat('en-GB', { type: 'conjunction' })
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const dayName = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' })
const dayMs = 24 * 60 * 60 * 1000

/** @param {readonly string[]} names */
export function list(names) {
  return listed.format(names)
}

/** @param {Date} at */
export function timeOf(at) {
  return clock.format(at)
}

/** @param {Date} at */
export function dayOf(at) {
  const today = new Date()
  if (at.toDateString() === today.toDateString()) return 'Today'
  const yesterday = new Date(today.getTime() - dayMs)
  return at.toDateString() === yesterday.toDateString() ? 'Yesterday' : dayName.format(at)
}

/** @param {number} seconds */
export function duration(seconds) {
  const [size, unit] =
    seconds >= 172_800 ? [86_400, 'day'] : seconds >= 7200 ? [3600, 'hour'] : [60, 'minute']
  const count = Math.max(1, Math.floor(seconds / Number(size)))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
