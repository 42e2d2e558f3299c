/**
 * Measures the recordings of the development data and writes one line a recording: what the norms and the ECG age are made
 * from (training/ecgomics/README.md).
 *
 *   env node scripts/ecgomics-feature-table.ts <data folder>/ecg <out.csv> [fused | classical | network]
 *
 * Columns: dataset, record, patient, fold, delineator, age (years; empty when unknown, 90 for "over 89"), sex, norm (1: PTB-XL statement
 * NORM), then every number of the catalogue (`id` or `id|lead`; empty when absent).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import type { Models } from '../core/model.ts'
import { measure } from '../inference/modules/ecgomics/measure.ts'
import { DEFAULT_PARAMETERS } from '../inference/modules/ecgomics/policy.ts'
import type { EcgomicsInput, EcgomicsParameters, FeatureValue } from '../inference/modules/ecgomics/types.ts'
import { loadSession } from '../inference/runtime/ort.ts'
import { readModelBytes, readModelFolder } from '../inference/runtime/registry.ts'
import { SHIPPED_MODELS } from '../inference/runtime/runtime.ts'
import { readWfdbFiles } from '../server/inference/recording.ts'

interface Person {
  dataset: 'ptbxl' | 'ludb'
  record: string
  patient: string
  fold: string
  age?: number
  sex?: 'male' | 'female'
  norm: 0 | 1
  header: string
}

/** The shipped delineator in this process: no pool is needed to measure one recording after the other. */
async function shippedDelineator(): Promise<Models> {
  const folder = await readModelFolder(join(SHIPPED_MODELS, 'ecg-delineator-1'), true)
  const session = await loadSession(
    await readModelBytes(join(folder.dir, folder.manifest.file), folder.manifest.sha256)
  )
  return {
    manifest: () => folder.manifest,
    site: () => ({}),
    asset: () => undefined,
    infer: (_, inputs) => session.run(inputs)
  }
}

function ptbxl(root: string): Person[] {
  const rows = parse(readFileSync(join(root, 'ptbxl', 'ptbxl_database.csv')), { columns: true }) as Record<
    string,
    string
  >[]
  return rows.map((row) => ({
    dataset: 'ptbxl',
    record: row['ecg_id']!,
    patient: `ptbxl-${Number(row['patient_id'])}`,
    fold: row['strat_fold']!,
    // PTB-XL writes 300 for ages over 89 (data README).
    ...(row['age'] && { age: Math.min(90, Number(row['age'])) }),
    sex: row['sex'] === '1' ? 'female' : 'male',
    norm: row['scp_codes']!.includes("'NORM'") ? 1 : 0,
    header: join(root, 'ptbxl', `${row['filename_hr']}.hea`)
  }))
}

function ludb(root: string): Person[] {
  const records = readFileSync(join(root, 'ludb', 'RECORDS'), 'utf8')
    .split(/\s+/)
    .filter(Boolean)
  return records.map((path) => {
    const record = path.split('/').at(-1)!
    return {
      dataset: 'ludb',
      record,
      patient: `ludb-${record}`,
      fold: '',
      norm: 0,
      header: join(root, 'ludb', 'data', `${record}.hea`)
    }
  })
}

async function rowOf(
  person: Person,
  parameters: EcgomicsParameters,
  models: Models
): Promise<Record<string, string | number>> {
  const { waveform, age, sex } = await readWfdbFiles([person.header])
  const input: EcgomicsInput = {
    rateHz: waveform!.rateHz,
    leads: waveform!.leads.map(({ name }, i) => ({ name, samples: waveform!.samples[i]! })),
    sex: person.sex ?? (sex as Person['sex'])
  }
  const { features } = await measure(input, parameters, models)
  const { header: _, ...known } = person
  return {
    ...known,
    delineator: parameters.delineator,
    age: person.age ?? (person.dataset === 'ludb' ? (age ?? '') : ''),
    sex: input.sex ?? '',
    ...Object.fromEntries(features.filter(({ value }) => value !== undefined).map((one) => [columnOf(one), one.value!]))
  }
}

const columnOf = ({ id, lead }: FeatureValue): string => (lead ? `${id}|${lead}` : id)

const [root, out, delineator = DEFAULT_PARAMETERS.delineator] = process.argv.slice(2)
if (!root || !out || !['fused', 'classical', 'network'].includes(delineator))
  throw new Error('usage: ecgomics-feature-table.ts <data folder>/ecg <out.csv> [fused | classical | network]')
const models = delineator === 'classical' ? ({} as Models) : await shippedDelineator()
const parameters = { ...DEFAULT_PARAMETERS, delineator, bootstrapDraws: 0 } as EcgomicsParameters
const rows: Record<string, string | number>[] = []
for (const person of [...ptbxl(root), ...ludb(root)]) rows.push(await rowOf(person, parameters, models))
const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
writeFileSync(out, stringify(rows, { header: true, columns }))
console.log(`${rows.length} recordings, ${columns.length} columns, ${delineator}`)
