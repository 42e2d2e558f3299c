import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { AppError } from '../../core/errors/app-error.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

/** One figure of a bench; `ratio` is value / peer.value, measured in the same run. */
export interface BenchRow {
  name: string
  value: number
  unit: string
  peer?: { name: string; value: number }
  ratio?: number
  /**
   * What design.md or the issue asks for: of `ratio` in a row that has one, else of `value`. At least this much for rates
   * and ratios to a peer; at most for times and for growth.
   */
  target?: number
}

export interface BenchOptions {
  /** Measured seconds of each row. */
  seconds: number
  /** Row groups to run; absent: all of the bench. */
  only?: readonly string[]
  /** What is being done and found besides the rows; for people, on stderr. */
  say(line: string): void
}

/** Default export of test/bench/<name>.ts. */
export interface Bench {
  /** Names for `--only`, in the order in which they run. */
  groups: readonly string[]
  /** fdatasync calls a second that the disk under `dir` does: the floor of everything durable. */
  fsyncPerSecond(): Promise<number>
  /** Rejects when anything but speed is wrong: a message not acknowledged, a count that does not add up. */
  run(options: BenchOptions): Promise<BenchRow[]>
}

const DEFAULT_SECONDS = 10
const QUICK_SECONDS = 1

/**
 * Nothing in the server imports tests, so benches are not imported either: they are found by URL when asked for. An
 * installation without the test folder has no benches and says so.
 */
const BENCHES = new URL('../../test/bench/', import.meta.url)

export const bench: Command = {
  name: 'bench',
  usage: 'bench [name] [--seconds N | --quick] [--only group,...] [--list] [--json]',
  summary:
    'measure this machine: rates, latencies and ratios, beside peers where they are installed; without a name all',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json', 'quick', 'list'], values: ['seconds', 'only'] })
    const [name, ...more] = positional
    if (more.length > 0) throw new UsageError('name one bench')
    if (options.list) {
      process.stdout.write(options.json ? `${JSON.stringify({ benches: names() })}\n` : `${names().join('\n')}\n`)
      return 0
    }
    const seconds = options.quick ? QUICK_SECONDS : Number(optionText(options, 'seconds') ?? DEFAULT_SECONDS)
    if (!(seconds > 0)) throw new UsageError('--seconds wants a number above 0')
    const only = optionText(options, 'only')?.split(',')
    const result = await runBenches(name === undefined ? names() : [name], { seconds, ...(only ? { only } : {}), say })
    if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else print(result)
    return 0
  }
}

export interface BenchResult {
  /** Its name, or those of all that ran, joined by '+'. */
  bench: string
  /** `load`: load average of 1, 5 and 15 minutes at the start; above 0 means that figures were shared with others. */
  machine: { cpu: string; cores: number; node: string; fsyncPerSecond: number; load: number[] }
  rows: BenchRow[]
}

/** Benches one after the other as one result; the machine is described once. */
export async function runBenches(list: string[], options: BenchOptions): Promise<BenchResult> {
  const results: BenchResult[] = []
  for (const name of list) results.push(await runBench(name, options))
  const [{ machine } = { machine: undefined }] = results
  if (!machine) throw new UsageError('this installation has no benches')
  return { bench: list.join('+'), machine, rows: results.flatMap(({ rows }) => rows) }
}

/** @throws UsageError for a name or group that is not there; AppError INTERNAL when the bench found a wrong result */
export async function runBench(name: string, options: BenchOptions): Promise<BenchResult> {
  const load = loadavg().map((value) => round(value))
  if (!names().includes(name)) throw new UsageError(`no bench of that name; there are: ${names().join(', ')}`)
  const module = (await import(new URL(`${name}.ts`, BENCHES).href)) as { default: Bench }
  const unknown = options.only?.find((group) => !module.default.groups.includes(group))
  if (unknown !== undefined) throw new UsageError(`--only takes: ${module.default.groups.join(', ')}`)
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
    fsyncPerSecond: round(await module.default.fsyncPerSecond()),
    load
  }
  options.say(`${machine.cpu}, ${machine.cores} cores, load ${load.join(' ')}, ${machine.fsyncPerSecond} fsync/s`)
  const rows = await module.default.run(options)
  const broken = rows.find(({ value }) => !Number.isFinite(value))
  if (broken) throw new AppError('INTERNAL', { reason: 'bench-row', at: broken.name })
  return { bench: name, machine, rows: rows.map(rounded) }
}

function names(): string[] {
  if (!existsSync(BENCHES)) return []
  return readdirSync(BENCHES)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

function print({ bench: name, machine, rows }: BenchResult): void {
  const out = (line: string) => process.stdout.write(`${line}\n`)
  out(`${name}: ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.fsyncPerSecond} fsync/s`)
  out(`load average at the start: ${machine.load.join(' ')}`)
  for (const { name: row, value, unit, peer, ratio, target } of rows) {
    const beside = peer ? `  ${peer.name} ${peer.value}, ratio ${ratio}` : ''
    out(`  ${row.padEnd(36)} ${String(value).padStart(10)} ${unit}${beside}${target ? `  (target ${target})` : ''}`)
  }
}

const rounded = (row: BenchRow): BenchRow => ({
  ...row,
  value: round(row.value),
  ...(row.peer ? { peer: { ...row.peer, value: round(row.peer.value) } } : {}),
  ...(row.ratio === undefined ? {} : { ratio: round(row.ratio) })
})

/** Three significant digits behind the point are more than any of these figures is worth. */
const round = (value: number): number => Math.round(value * 1000) / 1000
