import { embeddedFailpoints } from './failpoints.ts'
import { type KillReport, killRun } from './kill-run.ts'

/**
 * kill -9 of `hisbundle serve` on embedded parts under a mixed load, at random moments and at every named place between two
 * writes, then the same messages into a server that is left alone:
 * node test/chaos/kill.ts [--times 500] [--seed N] [--only NAME,NAME | --only all] [--json]
 */
const args = process.argv.slice(2)
const option = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
const only = option('--only')
const seed = Number(option('--seed') ?? Date.now() % 100_000)
process.stderr.write(`seed ${seed}\n`)
const report = await killRun({
  times: Number(option('--times') ?? 500),
  seed,
  ...(only ? { only: only === 'all' ? embeddedFailpoints() : only.split(',') } : {}),
  onProgress: (text) => process.stderr.write(`${text}\n`)
})
const { lost, parked, doubles, undelivered, differing } = report
const failures = [
  ...lost,
  ...parked,
  ...doubles,
  ...undelivered,
  ...differing,
  ...report.unreached.map((name) => `${name} was never reached`)
]
if (args.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`)
else print(report)
process.exitCode = failures.length === 0 ? 0 : 1

function print({ kills, recoveriesMs, resends, ...rest }: KillReport): void {
  const rows: [string, string | number][] = [
    ...Object.entries(kills).sort(([a], [b]) => (a < b ? -1 : 1)),
    ['kills', Object.values(kills).reduce((sum, n) => sum + n, 0)],
    ['people', rest.persons],
    ['messages sent', rest.sent],
    ['acknowledged', rest.acknowledged],
    ['acknowledged but lost', lost.length],
    ['parked wrongly', parked.length],
    ['double effects', doubles.length],
    ['not delivered', undelivered.length],
    ['differences to the run without kills', differing.length],
    ['notifications', rest.notifications],
    ['ORU and ORL returned', rest.oru],
    ['resent inbound (no answer came)', resends.inbound],
    ['taken twice, one effect', resends.taken],
    ['notifications again, same id', resends.notifications],
    ['ORU again, same id', resends.oru],
    ['start to ready, p50 ms', Math.round(recoveriesMs[Math.floor(recoveriesMs.length / 2)] ?? 0)],
    ['start to ready, max ms', Math.round(recoveriesMs.at(-1) ?? 0)],
    ['seconds in all', Math.round(rest.seconds)]
  ]
  for (const [name, value] of rows) console.log(`${name.padEnd(40)} ${String(value).padStart(8)}`)
  for (const line of failures.slice(0, 40)) console.log('  ', line)
}
