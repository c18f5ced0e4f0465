import { largestFirst } from '../../src/domain/ledger/largest-first.ts'
import { simplifyDebts } from '../../src/domain/ledger/simplify-debts.ts'
import { balancesFrom, plant } from '../support/settle-up-samples.ts'

/**
 * How long the plan takes, and how short it is where it is not exact. Times are of the processor, so
 * that other work on the machine counts little. Run: npm exec -c 'node test/bench/settle-up.bench.ts'
 */
const instancesEach = 30

let state = 20
function random(below: number): number {
  state = (state * 48_271) % 2_147_483_647
  return state % below
}

function closed(minors: readonly bigint[]): bigint[] {
  const last = -minors.reduce((sum, minor) => sum + minor, 0n)
  return last === 0n ? closed([...minors.slice(1), 1n]) : [...minors, last]
}

function between(smallest: number, largest: number): number {
  return smallest + random(largest - smallest + 1)
}

const kinds: Readonly<Record<string, (people: number) => bigint[]>> = {
  random: (people) =>
    closed(Array.from({ length: people - 1 }, () => BigInt(between(1, 200_000) * signOf()))),
  // Sums of distinct powers of three never cancel out, so nothing is found and nothing saved.
  'no groups': (people) => closed(Array.from({ length: people - 1 }, (_, i) => 3n ** BigInt(i))),
  'many groups': (people) =>
    closed(Array.from({ length: people - 1 }, () => BigInt(between(1, 6) * signOf()))),
}

function signOf(): number {
  return random(2) * 2 - 1
}

/** `only`: one creditor in each group, where the number of groups is the most there can be. */
function planted(
  people: number,
  only: 'one creditor' | 'any',
): { minors: bigint[]; groups: number } {
  const groups: bigint[][] = []
  for (let room = people; room > 0; room -= groups.at(-1)!.length) {
    const size = room < 6 ? room : between(3, Math.min(6, room - 3))
    const minor = () => BigInt(between(100, 20_000) * (only === 'any' ? signOf() : -1))
    groups.push(closed(Array.from({ length: size - 1 }, minor)))
  }
  return { minors: plant(groups, random(1_000_000)), groups: groups.length }
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function describeTimes(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const [median, worst] = [sorted[sorted.length >> 1]!, sorted.at(-1)!]
  return `${median.toFixed(2).padStart(9)} ${worst.toFixed(2).padStart(9)}`
}

const out = (line: string) => process.stdout.write(`${line}\n`)

function benchExact(): void {
  out('exact: milliseconds of processor time, median and worst')
  out(
    `people ${Object.keys(kinds)
      .map((kind) => kind.padStart(19))
      .join('')}`,
  )
  for (let people = 10; people <= 24; people += 2) {
    const columns = Object.values(kinds).map((instance) => {
      const rounds = Array.from({ length: instancesEach }, () => balancesFrom(instance(people)))
      return describeTimes(rounds.map((balances) => cpuMs(() => simplifyDebts(balances))))
    })
    out(`${String(people).padStart(6)} ${columns.join('')}`)
  }
}

function benchSearch(): void {
  out('')
  out('search: payments relative to those the planted groups need, and milliseconds')
  out('people       groups    largest first    search    worst    as short   median     worst')
  for (const people of [40, 60]) {
    for (const only of ['one creditor', 'any'] as const) {
      const ratios: number[] = []
      const greedy: number[] = []
      const times: number[] = []
      for (let i = 0; i < instancesEach; i++) {
        const { minors, groups } = planted(people, only)
        const needed = minors.length - groups
        const open = minors.map((minor, position) => ({ userId: String(position), minor }))
        greedy.push(largestFirst(open).length / needed)
        const balances = balancesFrom(minors)
        times.push(
          cpuMs(() => {
            ratios.push(simplifyDebts(balances)[0]!.payments.length / needed)
          }),
        )
      }
      const mean = (list: readonly number[]) => list.reduce((sum, each) => sum + each) / list.length
      out(
        [
          String(people).padStart(6),
          only.padStart(13),
          mean(greedy).toFixed(3).padStart(17),
          mean(ratios).toFixed(3).padStart(10),
          Math.max(...ratios)
            .toFixed(3)
            .padStart(9),
          `${ratios.filter((ratio) => ratio <= 1).length}/${instancesEach}`.padStart(12),
          describeTimes(times),
        ].join(''),
      )
    }
  }
}

benchExact()
benchSearch()
