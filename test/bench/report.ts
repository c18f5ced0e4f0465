import type { Operation } from './operations.ts'

export type Sample = {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly serverCpuUs: number
  readonly databaseCpuUs: number
}

export type Rounds = { readonly ours: readonly Sample[]; readonly floor: readonly Sample[] }

export type Outcome = Pick<Operation, 'name' | 'gate' | 'cpuGate'> & {
  readonly ours: Sample
  readonly floor: Sample | null
  /** Medians over the rounds of ours over the floor's, within one round. */
  readonly ratio: number | null
  readonly cpuRatio: number | null
}

export type StartUp = { readonly ms: number; readonly cpuMs: number; readonly idleMb: number }

export type Results = {
  readonly expenses: number
  readonly operations: readonly Outcome[]
  /** Median of unknown name over median of wrong password. */
  readonly loginTiming: number
  readonly loadedMb: { readonly ours: number; readonly floor: number }
  readonly start: {
    readonly embedded: StartUp
    readonly database: StartUp
    readonly floor: StartUp
  }
}

export function outcomeOf(operation: Operation, { ours, floor }: Rounds): Outcome {
  const over = (field: keyof Sample): number | null =>
    floor.length === 0 ? null : median(ours.map((one, i) => one[field] / floor[i]![field]))
  const { name, gate, cpuGate } = operation
  return {
    ...{ name, gate, ...(cpuGate === undefined ? {} : { cpuGate }) },
    ours: medianSample(ours),
    floor: floor.length === 0 ? null : medianSample(floor),
    ratio: over('requestsPerSecond'),
    cpuRatio: over('serverCpuUs'),
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

function medianSample(samples: readonly Sample[]): Sample {
  const of = (field: keyof Sample): number => median(samples.map((sample) => sample[field]))
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    serverCpuUs: of('serverCpuUs'),
    databaseCpuUs: of('databaseCpuUs'),
  }
}

const startGates = { embedded: 1500, database: 600 } as const
const idleGateMb = 130

export function table({ expenses, operations, loginTiming, loadedMb, start }: Results): string {
  const rows = operations.map((one) => [
    one.name,
    fixed(one.ours.requestsPerSecond),
    one.floor ? fixed(one.floor.requestsPerSecond) : '',
    one.ratio === null ? '' : one.ratio.toFixed(2),
    one.gate === null ? '' : `${one.gate.toFixed(2)}${one.ratio! >= one.gate ? '' : ' !'}`,
    `${one.ours.p50Ms.toFixed(1)} / ${one.ours.p99Ms.toFixed(1)}`,
    one.floor ? `${one.floor.p50Ms.toFixed(1)} / ${one.floor.p99Ms.toFixed(1)}` : '',
    cpu(one.ours),
    one.floor ? cpu(one.floor) : '',
    one.cpuRatio === null ? '' : one.cpuRatio.toFixed(2),
  ])
  const head = [
    ...['', 'req/s', 'floor', 'ratio', 'gate', 'p50/p99 ms', 'floor'],
    ...['CPU us + PG', 'floor', 'CPU ratio'],
  ]
  const startLine = (name: string, { ms, cpuMs, idleMb }: StartUp, gate = ''): string =>
    `${name}: ${fixed(ms)} ms${gate}, ${fixed(cpuMs)} ms of processor, ${fixed(idleMb)} MiB when idle`
  return [
    `${expenses} expenses; medians of the rounds; "!" falls short of its gate`,
    ...aligned([head, ...rows]),
    '',
    `log-in, unknown name over wrong password: ${loginTiming.toFixed(2)}`,
    `memory after the load: ${fixed(loadedMb.ours)} MiB, floor ${fixed(loadedMb.floor)} MiB`,
    startLine('start with the embedded database', start.embedded, ` (gate ${startGates.embedded})`),
    startLine('start on a running database', start.database, ` (gate ${startGates.database})`),
    startLine('start of the floor', start.floor),
    `gate of idle memory: ${idleGateMb} MiB`,
    '',
  ].join('\n')
}

const fixed = (number: number): string => number.toFixed(0)
const cpu = ({ serverCpuUs, databaseCpuUs }: Sample): string =>
  `${fixed(serverCpuUs)} + ${fixed(databaseCpuUs)}`

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  '),
  )
}
