import { readFile } from 'node:fs/promises'
import { isBeat, readAnnotations } from '../../../adapters/formats/wfdb/annotations.ts'
import { readWfdb } from '../../../adapters/formats/wfdb/record.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import { classBeats } from './class-beats.ts'
import { detectBeats } from './detect-beats.ts'

/** All of DS1 with TEST_FULL=1; else two records with many ectopic beats, since the suite runs on every change. */
const DS1 = '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230'.split(' ')
const RECORDS = process.env.TEST_FULL === '1' ? DS1 : ['119', '208']
const RATE = 360
const TOLERANCE = 0.15 * RATE

interface Truth {
  at: number
  symbol: string
}

/** Without the spans of ventricular flutter, in which beats are not marked. */
async function readRecord(
  name: string
): Promise<{ leads: Float64Array[]; truth: Truth[]; inFlutter: (at: number) => boolean }> {
  const [header, data, annotations] = await Promise.all([
    readFile(dataPath('ecg', 'mitdb', `${name}.hea`), 'utf8'),
    readFile(dataPath('ecg', 'mitdb', `${name}.dat`)),
    readFile(dataPath('ecg', 'mitdb', `${name}.atr`))
  ])
  const all = readAnnotations(annotations)
  const flutter: [number, number][] = []
  for (const { at, symbol } of all) {
    if (symbol === '[') flutter.push([at, Number.POSITIVE_INFINITY])
    if (symbol === ']' && flutter.length > 0) flutter.at(-1)![1] = at
  }
  const inFlutter = (at: number) => flutter.some(([from, to]) => at >= from - TOLERANCE && at <= to + TOLERANCE)
  const truth = all.filter((annotation) => isBeat(annotation) && !inFlutter(annotation.at))
  return { leads: readWfdb(header, data).waveform.samples, truth, inFlutter }
}

/** The found beat of each true one (index), or -1. */
function matched(truth: readonly Truth[], found: readonly number[]): number[] {
  let k = 0
  return truth.map(({ at }) => {
    while (k < found.length && found[k]! < at - TOLERANCE) k++
    return k < found.length && found[k]! <= at + TOLERANCE ? k++ : -1
  })
}

dataTest(
  'finds at least 99.5 % of the beats of MIT-BIH DS1, of which 99.5 % are beats, and most ventricular ones among them',
  async () => {
    const sum = { truth: 0, found: 0, hit: 0, ventricular: 0, called: 0, right: 0 }
    for (const name of RECORDS) {
      const { leads, truth, inFlutter } = await readRecord(name)
      const { beats } = detectBeats(leads, RATE)
      const kinds = classBeats(leads, RATE, beats).map(({ kind }) => kind === 'ventricular-ectopic')
      const match = matched(truth, beats)
      sum.truth += truth.length
      sum.found += beats.filter((at) => !inFlutter(at)).length
      sum.hit += match.filter((k) => k >= 0).length
      for (const [i, { symbol }] of truth.entries()) {
        const called = match[i]! >= 0 && kinds[match[i]!]!
        if ('F/fQ'.includes(symbol)) continue
        if (called) sum.called++
        if ('VE'.includes(symbol)) {
          sum.ventricular++
          if (called) sum.right++
        }
      }
    }
    const rate = { sensitivity: sum.hit / sum.truth, ppv: sum.hit / sum.found }
    const ectopic = { sensitivity: sum.right / sum.ventricular, ppv: sum.right / sum.called }
    console.info(`MIT-BIH ${RECORDS.join(' ')}: QRS ${JSON.stringify(rate)}, ventricular ${JSON.stringify(ectopic)}`)
    expect(rate.sensitivity).toBeGreaterThanOrEqual(0.995)
    expect(rate.ppv).toBeGreaterThanOrEqual(0.995)
    expect(ectopic.sensitivity).toBeGreaterThanOrEqual(0.9)
    expect(ectopic.ppv).toBeGreaterThanOrEqual(0.9)
  },
  120_000
)
