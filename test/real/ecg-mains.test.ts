import { readFileSync } from 'node:fs'
import type { Models } from '../../core/model.ts'
import { measure } from '../../inference/modules/ecgomics/measure.ts'
import { DEFAULT_PARAMETERS } from '../../inference/modules/ecgomics/policy.ts'
import { inputFrom } from '../../inference/modules/ecgomics/recording.ts'
import type { EcgomicsInput } from '../../inference/modules/ecgomics/types.ts'
import { loadSession } from '../../inference/runtime/ort.ts'
import { readModelBytes, readModelFolder } from '../../inference/runtime/registry.ts'
import { SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { readWfdbFiles } from '../../server/inference/recording.ts'
import { dataPath, dataTest } from '../support/data.ts'

/** Every 22nd record of PTB-XL folds 1-8 and every 9th of LUDB 1-150, 16 each. */
function headers(): string[] {
  const ptbxl = readFileSync(dataPath('ecg', 'ptbxl', 'RECORDS'), 'utf8')
    .split('\n')
    .filter(Boolean)
  const ludb = Array.from({ length: 16 }, (_, i) => dataPath('ecg', 'ludb', 'data', `${1 + 9 * i}.hea`))
  const chosen = ptbxl.filter((_, i) => i % 22 === 0).slice(0, 16)
  return [...chosen.map((path) => dataPath('ecg', 'ptbxl', `${path}.hea`)), ...ludb]
}

async function shippedDelineator(): Promise<Models> {
  const folder = await readModelFolder(`${SHIPPED_MODELS}/ecg-delineator-1`, true)
  const session = await loadSession(
    await readModelBytes(`${folder.dir}/${folder.manifest.file}`, folder.manifest.sha256)
  )
  return {
    manifest: () => folder.manifest,
    site: () => ({}),
    asset: () => undefined,
    infer: (_, inputs) => session.run(inputs)
  }
}

async function correctedQt(input: EcgomicsInput, models: Models): Promise<number | undefined> {
  const { features } = await measure(input, { ...DEFAULT_PARAMETERS, bootstrapDraws: 0 }, models)
  return features.find(({ id }) => id === 'qt.fridericia')?.value
}

/**
 * Specs 01 section 7 asks for 5 ms. On 25 records of each set it was 0.6 ms at most at 50 Hz and 0.7 ms at 60 Hz, medians 0.02 ms
 * and less, and none lost its QT; before mains was taken out, 18 of the 50 lost it and 3 moved by 8 to 35 ms.
 */
dataTest(
  '0.1 mV of mains moves QTc of real tracings by less than 2 ms and loses none',
  async () => {
    const models = await shippedDelineator()
    const moved: { header: string; from: number | undefined; to: number | undefined }[] = []
    for (const header of headers()) {
      const { leads, rateHz } = inputFrom(await readWfdbFiles([header]))
      const hum = (mv: number, i: number) => mv + 0.1 * Math.sin((2 * Math.PI * 50 * i) / rateHz)
      const humming = leads.map((lead) => ({ ...lead, samples: lead.samples.map(hum) }))
      const from = await correctedQt({ leads, rateHz }, models)
      moved.push({ header, from, to: await correctedQt({ leads: humming, rateHz }, models) })
    }
    const measured = moved.filter(({ from }) => from !== undefined)
    expect(measured.length).toBeGreaterThanOrEqual(30)
    expect(measured.filter(({ from, to }) => !(Math.abs(to! - from!) < 2))).toEqual([])
  },
  120_000
)
