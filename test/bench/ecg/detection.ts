/**
 * Beat detection beside NeuroKit2 and sleepecg, on the same records of the MIT-BIH layout, by the same scorer.
 *
 *     node test/bench/ecg/detection.ts FOLDER [--records 101,106] [--tolerance 150]
 *
 * Prints a table: missed and extra beats, sensitivity and positive predictive value of all records together (spans of
 * ventricular flutter left out), ours by both detectors over all leads, the peers' on the first lead, as they work.
 * BENCH_PYTHON names a Python with peers/requirements.txt. Run by hand: a minute.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isBeat, readAnnotations } from '../../../adapters/formats/wfdb/annotations.ts'
import { readWfdb } from '../../../adapters/formats/wfdb/record.ts'
import { detectBeats } from '../../../inference/signal/beats/detect-beats.ts'
import { BEAT_PEERS, peerBeats } from './beat-peers.ts'
import { hasPackage } from './python.ts'

interface Truth {
  beats: number[]
  rateHz: number
  inFlutter(at: number): boolean
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { records: { type: 'string' }, tolerance: { type: 'string', default: '150' } }
})
const dir = positionals[0]
if (!dir) {
  process.stderr.write('detection.ts FOLDER [--records 101,106] [--tolerance 150]\n')
  process.exit(2)
}
const toleranceS = Number(values.tolerance) / 1000
const names =
  values.records?.split(',') ??
  readdirSync(dir)
    .filter((name) => name.endsWith('.atr'))
    .map((name) => name.replace('.atr', ''))
const truths = new Map<string, Truth>()
const totals = new Map<string, { missed: number; extra: number; hit: number }>()

for (const name of names) {
  const { waveform } = readWfdb(readFileSync(join(dir, `${name}.hea`), 'utf8'), readFileSync(join(dir, `${name}.dat`)))
  const { rateHz, samples } = waveform
  const truth = truthOf(name, rateHz)
  truths.set(name, truth)
  const { beats, second } = detectBeats(samples, rateHz)
  count('energy', truth, beats)
  count('gradient', truth, second)
}
for (const peer of BEAT_PEERS) {
  if (!(await hasPackage(peer))) process.stderr.write(`${peer} is not installed for this Python (BENCH_PYTHON)\n`)
  else for await (const { record, beats } of peerBeats(peer, dir, names)) count(peer, truths.get(record)!, beats)
}
for (const [detector, { missed, extra, hit }] of totals) {
  const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(3)} %`
  const figures = [`missed ${missed}`, `extra ${extra}`, percent(hit, hit + missed), percent(hit, hit + extra)]
  process.stdout.write(`${detector.padEnd(10)} ${figures.join('  ')}\n`)
}

function truthOf(name: string, rateHz: number): Truth {
  const all = readAnnotations(readFileSync(join(dir!, `${name}.atr`)))
  const spans: [number, number][] = []
  for (const { at, symbol } of all) {
    if (symbol === '[') spans.push([at, Number.POSITIVE_INFINITY])
    if (symbol === ']' && spans.length > 0) spans.at(-1)![1] = at
  }
  const margin = toleranceS * rateHz
  const inFlutter = (at: number) => spans.some(([from, to]) => at >= from - margin && at <= to + margin)
  return { beats: all.filter((mark) => isBeat(mark) && !inFlutter(mark.at)).map(({ at }) => at), rateHz, inFlutter }
}

/** Each true beat takes the nearest found one within the tolerance that no other has. */
function count(detector: string, { beats, rateHz, inFlutter }: Truth, found: readonly number[]): void {
  const left = found.filter((at) => !inFlutter(at))
  const tolerance = toleranceS * rateHz
  let hit = 0
  let k = 0
  for (const at of beats) {
    while (k < left.length && left[k]! < at - tolerance) k++
    while (k + 1 < left.length && Math.abs(left[k + 1]! - at) < Math.abs(left[k]! - at)) k++
    if (k < left.length && Math.abs(left[k]! - at) <= tolerance) {
      hit++
      k++
    }
  }
  const total = totals.get(detector) ?? { missed: 0, extra: 0, hit: 0 }
  total.missed += beats.length - hit
  total.extra += left.length - hit
  total.hit += hit
  totals.set(detector, total)
}
