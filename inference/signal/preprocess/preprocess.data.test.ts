import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { readWfdb } from '../../../adapters/formats/wfdb/record.ts'
import type { ModelManifest } from '../../../core/model.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import { FLOAT_TOLERANCE, golden, worst } from './fixtures/golden.ts'
import { prepareFor } from './index.ts'

const NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']

for (const vector of golden.vectors.filter(({ path }) => path !== undefined)) {
  dataTest(`${vector.path}: prepared as scipy prepares it`, async () => {
    const base = dataPath(vector.path!.replace(/\.dat$/, ''))
    const [header, data] = await Promise.all([readFile(`${base}.hea`, 'utf8'), readFile(`${base}.dat`)])
    expect(createHash('sha256').update(data).digest('hex')).toBe(vector.sha256)
    const { waveform } = readWfdb(header, data)
    const leads = waveform.leads.map(({ mdc }, i) => ({ mdc: mdc!, samples: waveform.samples[i]! }))
    for (const [id, { clips }] of Object.entries(vector.ids)) {
      const manifest = {
        inputs: [
          { name: 'ecg', dtype: 'float32', shape: ['B', vector.leads, 5000], leads: NAMES.slice(0, vector.leads) }
        ],
        preprocessing: { id, inGraph: false }
      } as unknown as ModelManifest
      const prepared = prepareFor(manifest, leads.slice(0, vector.leads), vector.rateHz)
      const errors = clips[0]!.map((expected, lead) =>
        worst(prepared.data.subarray(lead * 5000, (lead + 1) * 5000), expected)
      )
      expect(Math.max(...errors)).toBeLessThanOrEqual(FLOAT_TOLERANCE)
    }
  })
}
