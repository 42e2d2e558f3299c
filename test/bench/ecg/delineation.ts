/**
 * Delineation beside NeuroKit2, on the same records of the LUDB layout, by the same scorer.
 *
 *     node test/bench/ecg/delineation.ts FOLDER [--records 131-150] [--draws 2000]
 *
 * Prints a table: metrics with 95 % intervals, ours (served, classical, network) and NeuroKit2 (dwt, peak), beside the limits
 * of the CSE working party. BENCH_PYTHON names a Python with peers/requirements.txt. Run by hand: minutes.
 */
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { AnnotatedRecording } from '../../../core/inference-module.ts'
import { judge } from '../../../inference/modules/ecgomics/judge/judge.ts'
import { metricRows, type Scored } from '../../../inference/modules/ecgomics/judge/metrics.ts'
import { scoreRecording } from '../../../inference/modules/ecgomics/judge/score.ts'
import { DELINEATOR } from '../../../inference/modules/ecgomics/manifest.ts'
import { withModule } from '../../../server/cli/module-runtime.ts'
import { annotatedRecordings } from '../../../server/inference/annotated-folder.ts'
import { trainingHashes } from '../../../server/inference/training-records.ts'
import { hasNeurokit, type NeurokitMethod, neurokitMarks } from './neurokit.ts'

/**
 * Two standard deviations of the referees' differences, ms (CSE Working Party 1985, Eur Heart J 6:815, as quoted by Martinez et al.
 * 2004, Table IV). They are of a multi-lead reading; ours and NeuroKit2's are of single leads.
 */
const CSE_TWO_SIGMA_MS: Record<string, number> = {
  'p.onset.sdMs': 10.2,
  'p.offset.sdMs': 12.7,
  'qrs.onset.sdMs': 6.5,
  'qrs.offset.sdMs': 11.6,
  't.offset.sdMs': 30.6
}

const METRICS = [
  ...['p', 'qrs', 't'].flatMap((wave) => ['f1', 'sensitivity', 'ppv'].map((what) => `${wave}.${what}`)),
  ...['p.onset', 'p.offset', 'qrs.onset', 'qrs.offset', 't.onset', 't.offset'].flatMap((edge) => [
    `${edge}.meanMs`,
    `${edge}.sdMs`
  ]),
  ...['pr', 'qrsDuration', 'qt'].map((name) => `${name}.madMs`),
  'p.falseInAf'
]

type Row = ReturnType<typeof metricRows>[number]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { records: { type: 'string' }, draws: { type: 'string', default: '2000' } }
})
const dir = positionals[0]
if (!dir) {
  process.stderr.write('delineation.ts FOLDER [--records 131-150] [--draws 2000]\n')
  process.exit(2)
}
const draws = Number(values.draws)
const isAsked = range(values.records)
const columns = new Map<string, Row[]>()

await withModule('ecgomics', async (_module, runtime, policy) => {
  const seen = await trainingHashes(runtime.model(DELINEATOR))
  let trainedOn = 0
  for await (const { sha256 } of chosen(dir)) if (seen.has(sha256)) trainedOn++
  const judged = await judge(chosen(dir), {
    draws,
    run: (input, parameters = {}) =>
      runtime.run('ecgomics', input, { ...policy, parameters: { ...parameters } }, { waitMs: 600_000 })
  })
  const of = (group?: string): Row[] => judged.metrics.filter((row) => row.group === group)
  process.stdout.write(`${basename(dir)}: ${judged.n} records of ${judged.patients} people, ${draws} draws\n`)
  if (trainedOn > 0)
    process.stdout.write(
      `the network was trained on ${trainedOn} of them: its columns and the served one say nothing of new records\n`
    )
  columns.set('served', of()).set('classical', of('path=classical')).set('network', of('path=network'))
})
if (await hasNeurokit()) {
  const scored: Record<NeurokitMethod, Scored[]> = { dwt: [], peak: [] }
  const recordings = new Map<string, AnnotatedRecording>()
  for await (const recording of chosen(dir)) {
    // The scorer needs no samples: NeuroKit2 reads them itself.
    recordings.set(recording.recordId, { ...recording, waveform: { ...recording.waveform, samples: [] } })
  }
  const folder = existsSync(join(dir, 'data')) ? join(dir, 'data') : dir
  let failed = 0
  for await (const { record, method, marks, failedLeads } of neurokitMarks(folder, [...recordings.keys()])) {
    scored[method].push(scoreRecording(recordings.get(record)!, { marks }))
    failed += failedLeads
  }
  process.stdout.write(`NeuroKit2 failed in ${failed} of ${recordings.size * 24} leads (both methods together)\n`)
  for (const method of ['dwt', 'peak'] as const)
    columns.set(`NeuroKit2 ${method}`, metricRows(scored[method], { draws }))
} else process.stdout.write('NeuroKit2 is not installed for this Python: its columns are left out\n')
print()

async function* chosen(folder: string): AsyncIterable<AnnotatedRecording> {
  for await (const recording of annotatedRecordings(folder)) if (isAsked(recording.recordId)) yield recording
}

/** '131-150' or '7': which record numbers are judged; all where nothing is said. */
function range(text: string | undefined): (record: string) => boolean {
  if (text === undefined) return () => true
  const [from, to = from] = text.split('-').map(Number)
  return (record) => Number(record) >= from! && Number(record) <= to!
}

function print(): void {
  const width = 27
  const head = ['metric'.padEnd(20), ...[...columns.keys()].map((name) => name.padEnd(width)), 'CSE 2 sigma']
  process.stdout.write(`${head.join('')}\n`)
  for (const metric of METRICS) {
    const cells = [...columns.values()].map((rows) => cell(rows.find(({ name }) => name === metric)).padEnd(width))
    process.stdout.write(`${metric.padEnd(20)}${cells.join('')}${CSE_TWO_SIGMA_MS[metric] ?? ''}\n`)
  }
}

function cell(row: Row | undefined): string {
  if (!row || row.value === null) return '-'
  const digits = row.name.endsWith('Ms') ? 1 : 4
  const interval = row.ci ? ` (${row.ci.map((bound) => bound?.toFixed(digits) ?? '-').join(' to ')})` : ''
  return `${row.value.toFixed(digits)}${interval}`
}
