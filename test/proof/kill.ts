import { killRun } from '../integration/support/kill.ts'

/**
 * kill -9 at random moments of a mixed load (ADT, ORU lab, ORU waveform, DICOM ECG, REST transactions, orders) against
 * `hisbundle serve`, then the same messages into a server that is left alone:
 * node test/proof/kill.ts [--times 50] [--seed N] [--persons N] [--json]
 */
const args = process.argv.slice(2)
const number = (name: string, fallback: number) =>
  args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback
const seed = number('--seed', Date.now() % 100_000)
process.stderr.write(`seed ${seed}\n`)
const report = await killRun({
  times: number('--times', 50),
  seed,
  persons: number('--persons', 10),
  onProgress: (text) => process.stderr.write(`${text}\n`)
})
const { lost, doubles, undelivered, differing, parked } = report
if (args.includes('--json')) process.stdout.write(`${JSON.stringify(report)}\n`)
else {
  const { sent, resends } = report
  console.log(
    `${report.kills} kills (${report.killsDuringStart} during start), ${report.persons} people, ${JSON.stringify(sent)}, ${report.seconds.toFixed(0)} s`
  )
  console.log(`acknowledged ${report.acknowledged}, acknowledged but lost ${lost.length}, parked ${parked.length}`)
  console.log(`double effects ${doubles.length}; resends under the same id: ${JSON.stringify(resends)}`)
  console.log(`notifications ${report.notifications}, ORU returned ${report.oru}, undelivered ${undelivered.length}`)
  console.log(`differences from the run without kills ${differing.length}`)
  for (const line of [...lost, ...parked, ...doubles, ...undelivered, ...differing].slice(0, 40))
    console.log('  ', line)
}
process.exitCode = lost.length + doubles.length + undelivered.length + differing.length + parked.length === 0 ? 0 : 1
