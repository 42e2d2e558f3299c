import { type EngineReport, engineRun } from '../peers/engines/engine-run.ts'

/**
 * kill -9 of any of nine processes (two edges, two ingest, two inference, one REST, two deliver) on a real Kafka and a real
 * PostgreSQL under a mixed load, then a rolling restart of all of them, then the same messages into one embedded process:
 * node test/proof/engines.ts [--kills 100] [--seed N] [--persons N] [--persons-per-kill N] [--s3] [--no-rolling] [--json]
 * Needs the peers: bash test/peers/install.sh kafka postgres (and s3)
 */
const args = process.argv.slice(2)
const number = (name: string, fallback: number) =>
  args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback
const seed = number('--seed', Date.now() % 100_000)
process.stderr.write(`seed ${seed}\n`)
const report = await engineRun({
  kills: number('--kills', 100),
  seed,
  persons: number('--persons', 3),
  personsPerKill: number('--persons-per-kill', 2),
  blobs: args.includes('--s3') ? 's3' : 'file',
  rolling: !args.includes('--no-rolling'),
  onProgress: (text) => process.stderr.write(`${text}\n`)
})
const failures = [
  ...report.failures,
  ...report.unclean,
  ...report.lost,
  ...report.parked,
  ...report.doubles,
  ...report.undelivered,
  ...report.differing
]
if (args.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`)
else print(report)
process.exitCode = failures.length === 0 ? 0 : 1

function print({ kills, resends, ...rest }: EngineReport): void {
  console.log('kill  member       up, ms  recovered, ms')
  for (const [i, { member, upMs, recoveredMs }] of kills.entries()) {
    const recovered = recoveredMs === undefined ? '(next kill)' : recoveredMs.toFixed(0)
    console.log(
      `${String(i + 1).padStart(4)}  ${member.padEnd(11)} ${upMs.toFixed(0).padStart(7)} ${recovered.padStart(14)}`
    )
  }
  const times = kills
    .flatMap(({ recoveredMs }) => (recoveredMs === undefined ? [] : [recoveredMs]))
    .sort((a, b) => a - b)
  const rows: [string, string | number][] = [
    ['kills', kills.length],
    ['recovered, p50 ms', Math.round(times[Math.floor(times.length / 2)] ?? 0)],
    ['recovered, max ms', Math.round(times.at(-1) ?? 0)],
    ['people', rest.persons],
    ['messages sent', rest.sent],
    ['acknowledged', rest.acknowledged],
    ['acknowledged but lost', rest.lost.length],
    ['parked wrongly', rest.parked.length],
    ['double effects', rest.doubles.length],
    ['not delivered', rest.undelivered.length],
    ['differences to one embedded process', rest.differing.length],
    ['unclean ends of the rolling restart', rest.unclean.length],
    ['processes that ended by themselves', rest.failures.length],
    ['notifications', rest.notifications],
    ['ORU and ORL returned', rest.oru],
    ['resent inbound (no answer came)', resends.inbound],
    ['taken twice, one effect', resends.taken],
    ['notifications again, same id', resends.notifications],
    ['ORU again, same id', resends.oru],
    ['seconds in all', Math.round(rest.seconds)]
  ]
  for (const [name, value] of rows) console.log(`${name.padEnd(40)} ${String(value).padStart(8)}`)
  for (const line of failures.slice(0, 40)) console.log('  ', line)
}
