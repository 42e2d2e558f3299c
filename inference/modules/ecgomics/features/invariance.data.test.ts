import { readFile } from 'node:fs/promises'
import { readWfdb } from '../../../../adapters/formats/wfdb/record.ts'
import { dataPath, dataTest } from '../../../../test/support/data.ts'
import { resample } from '../../../signal/resample.ts'
import { measure } from '../measure.ts'
import { DEFAULT_PARAMETERS } from '../policy.ts'
import type { EcgomicsInput } from '../types.ts'

/** PTB-XL folds 1-8: one normal, one with a wide QRS and a wandering baseline. */
const RECORDS = ['00001', '00302']
const INTERVALS = ['p.duration', 'pr.interval', 'qrs.duration', 'qt.interval', 'qt.fridericia']
const RATE_HZ = 500

async function lead12(record: string): Promise<EcgomicsInput['leads']> {
  const path = dataPath('ecg', 'ptbxl', 'records500', '00000', `${record}_hr`)
  const { waveform } = readWfdb(await readFile(`${path}.hea`, 'utf8'), await readFile(`${path}.dat`))
  return waveform.leads.map(({ name }, i) => ({ name, samples: waveform.samples[i]! }))
}

async function intervals(leads: EcgomicsInput['leads'], rateHz: number): Promise<Record<string, number | undefined>> {
  const parameters = { ...DEFAULT_PARAMETERS, delineator: 'classical' as const, bootstrapDraws: 0 }
  const { features } = await measure({ rateHz, leads }, parameters, undefined as never)
  return Object.fromEntries(INTERVALS.map((id) => [id, features.find((one) => one.id === id)?.value]))
}

const changed = (leads: EcgomicsInput['leads'], change: (samples: Float64Array) => Float64Array) =>
  leads.map((lead) => ({ ...lead, samples: change(lead.samples) }))

dataTest(
  'real tracings measure alike at 250, 500 and 1000 Hz',
  async () => {
    for (const record of RECORDS) {
      const leads = await lead12(record)
      const usual = await intervals(leads, RATE_HZ)
      const others = await Promise.all(
        [250, 1000].map((toHz) =>
          intervals(
            changed(leads, (mv) => resample(mv, { fromHz: RATE_HZ, toHz })),
            toHz
          )
        )
      )
      for (const other of others)
        for (const id of INTERVALS) expect(Math.abs(other[id]! - usual[id]!)).toBeLessThanOrEqual(4)
    }
  },
  60_000
)
