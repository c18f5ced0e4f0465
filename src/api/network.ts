import { isIPv6 } from 'node:net'

/** One customer gets a whole /64 of IPv6, so all its addresses count as one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!isIPv6(address)) return address
  const [front = '', back] = address.replace(/%.*$/, '').split('::')
  const groups = front.split(':').filter(Boolean)
  const last = back?.split(':').filter(Boolean) ?? []
  const zeros = Array.from({ length: 8 - groups.length - last.length }, () => '0')
  const whole = back === undefined ? groups : [...groups, ...zeros, ...last]
  return whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
