/**
 * Writes inference/modules/ecgomics/norms/within-person.json: how much one person's ECG varies between tracings, from the
 * people of PTB-XL (folds 1-8) who have two or more. A record that is another one over again (samples alike to the last bit: three
 * pairs are) is no second tracing. `env node scripts/ecgomics-within-person.ts ../shared/data/ecg/ptbxl`
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Models } from '../core/model.ts'
import { COMPARED, COMPARED_BY_LEAD, difference, varianceOf } from '../inference/modules/ecgomics/compare.ts'
import { measure } from '../inference/modules/ecgomics/measure.ts'
import { DEFAULT_PARAMETERS } from '../inference/modules/ecgomics/policy.ts'
import { inputFrom } from '../inference/modules/ecgomics/recording.ts'
import type { FeatureValue } from '../inference/modules/ecgomics/types.ts'
import { createRuntime } from '../inference/runtime/runtime.ts'
import { readWfdbFiles } from '../server/inference/recording.ts'

const OUT = new URL('../inference/modules/ecgomics/norms/within-person.json', import.meta.url)
/** Fewer people than this say nothing about a spread. */
const LEAST_PEOPLE = 5
const NAMES: readonly string[] = [...COMPARED, ...COMPARED_BY_LEAD]

/**
 * Spread of one person's tracings about their mean: pooled variance over people, less the mean analytic variance of the
 * measurements, which the reference change value adds by itself (Bland JM, Altman DG 1996, BMJ 313:744).
 *
 * @param people tracings of each, each with its features
 * @returns undefined for too few people with two values, or where the measurement's own variance explains all there is
 * @example withinPerson('heart.rate', [[[{ id: 'heart.rate', value: 60 }], [{ id: 'heart.rate', value: 64 }]]])
 */
export function withinPerson(
  id: string,
  people: readonly (readonly FeatureValue[])[][]
): { sd: number; n: number; tracings: number } | undefined {
  let squares = 0
  let freedom = 0
  let n = 0
  let tracings = 0
  const analytic: number[] = []
  for (const person of people) {
    const leads = new Set(person.flatMap((features) => features.filter((one) => one.id === id).map(({ lead }) => lead)))
    let counted = 0
    for (const lead of leads) {
      const values = person.flatMap((features) =>
        features.filter((one) => one.id === id && one.lead === lead && one.value !== undefined)
      )
      if (values.length < 2) continue
      const first = values[0]!.value!
      const deltas = values.map(({ value }) => difference(id, value!, first))
      const mean = deltas.reduce((sum, delta) => sum + delta, 0) / deltas.length
      squares += deltas.reduce((sum, delta) => sum + (delta - mean) ** 2, 0)
      freedom += deltas.length - 1
      analytic.push(...values.map(varianceOf))
      counted = Math.max(counted, values.length)
    }
    if (counted > 0) n++
    tracings += counted
  }
  if (n < LEAST_PEOPLE) return undefined
  const beatToBeat = analytic.reduce((sum, value) => sum + value, 0) / analytic.length
  const variance = squares / freedom - beatToBeat
  return variance > 0 ? { sd: Math.sqrt(variance), n, tracings } : undefined
}

async function main(dir: string): Promise<void> {
  const rows = parse(readFileSync(join(dir, 'ptbxl_database.csv')), { columns: true }) as Record<string, string>[]
  const seen = new Set<string>()
  const distinct = rows.filter(({ filename_hr }) => {
    const digest = createHash('sha256')
      .update(readFileSync(join(dir, `${filename_hr}.dat`)))
      .digest('hex')
    return !seen.has(digest) && seen.add(digest)
  })
  const byPerson = Map.groupBy(distinct, ({ patient_id }) => patient_id!)
  const repeated = [...byPerson.values()].filter((records) => records.length > 1)
  const runtime = createRuntime({ modules: [], workers: 1 })
  await runtime.start()
  const models: Models = {
    manifest: (role) => runtime.model(role).manifest,
    site: () => ({}),
    asset: () => undefined,
    infer: (role, inputs) => runtime.inferTensor(role, inputs)
  }
  const people: FeatureValue[][][] = []
  const reasons = new Set<string>()
  for (const records of repeated) {
    const tracings: FeatureValue[][] = []
    for (const { filename_hr, age, sex } of records) {
      const recording = await readWfdbFiles([join(dir, `${filename_hr}.hea`)])
      const input = inputFrom({ ...recording, age: Number(age), sex: sex === '1' ? 'female' : 'male' })
      const measurement = await measure(input, DEFAULT_PARAMETERS, models)
      for (const reason of measurement.quality.reasons) reasons.add(reason)
      tracings.push(measurement.features)
    }
    people.push(tracings)
  }
  await runtime.stop()
  const path = reasons.has('delineated-without-network') ? 'classical delineation' : 'fused delineation'
  const found = NAMES.flatMap((id) => {
    const spread = withinPerson(id, people)
    return spread ? [[id, { ...spread, sd: Number(spread.sd.toPrecision(4)) }] as const] : []
  })
  const table = {
    source: `PTB-XL folds 1-8, people with two or more records; own measurement, ${path}; small n`,
    command: 'env node scripts/ecgomics-within-person.ts <PTB-XL folder>',
    parameters: DEFAULT_PARAMETERS,
    people: people.length,
    records: people.reduce((sum, tracings) => sum + tracings.length, 0),
    features: Object.fromEntries(found)
  }
  writeFileSync(OUT, `${JSON.stringify(table, undefined, 1)}\n`)
  for (const [id, { sd, n, tracings }] of found) process.stdout.write(`${id}\t${sd}\tn ${n}\t${tracings} records\n`)
}

if (import.meta.main) await main(process.argv[2] ?? '')
