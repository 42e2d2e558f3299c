import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { sha256 } from '../../../../core/ids.ts'
import type { EvaluationCase } from '../../../../core/inference-module.ts'
import { ROLE_SUPPORT2 } from '../manifest.ts'
import { partialSofa } from '../sofa.ts'
import type { CapIcuInput, Features, Sex } from '../types.ts'
import { readTable } from './inflate.ts'
import { numberIn, type Row, rowsOf } from './rows.ts'

const COLUMNS = JSON.parse(readFileSync(new URL('./support2-columns.json', import.meta.url), 'utf8')) as {
  numbers: string[]
  plausible: Record<string, [number, number]>
  categories: Record<string, string[]>
}

/** The rows describe day 3 of the study. */
const WINDOW_HOURS = 72

/** Scores that came with the file: 'higher = more likely to die' of each column. */
const OTHERS: readonly { name: string; column: string; of(value: number): number }[] = [
  { name: 'SPS', column: 'sps', of: (value) => value },
  { name: 'APS', column: 'aps', of: (value) => value },
  // Estimates of surviving so long.
  { name: 'SUPPORT model, 2 months', column: 'surv2m', of: (value) => 1 - value },
  { name: 'SUPPORT model, 6 months', column: 'surv6m', of: (value) => 1 - value }
]

/**
 * The rows of `support2.csv.gz` (SUPPORT2, UCI; layout in the data's own description): label `death` = `hospdead`; one row a patient.
 *
 * `sha256`, by which rows of the training are known again, is that of the row's bytes without the line end.
 */
export async function* support2Cases(file: string): AsyncIterable<EvaluationCase> {
  const required = ['row_id', 'hospdead', 'sex', ...COLUMNS.numbers, ...Object.keys(COLUMNS.categories)]
  for await (const row of rowsOf(await readTable(file), basename(file), required)) yield caseOf(row)
}

function caseOf({ cell, text }: Row): EvaluationCase {
  const died = cell('hospdead')
  const sex = sexOf(cell('sex'))
  const race = cell('race')
  const features = featuresOf(cell)
  const age = features['age'] ?? undefined
  const input: CapIcuInput = {
    moment: 'request',
    windowHours: WINDOW_HOURS,
    role: ROLE_SUPPORT2,
    features,
    ...(age === undefined ? {} : { age }),
    ...(sex ? { sex } : {}),
    ...(race ? { race } : {})
  }
  return {
    recordId: cell('row_id'),
    patientId: cell('row_id'),
    files: [],
    input,
    sha256: sha256(text),
    ...(died === '0' || died === '1'
      ? { labels: { death: Number(died) } }
      : { labels: {}, refused: 'outcome-missing' }),
    groups: { ...(age === undefined ? {} : { age: String(age) }), ...(sex ? { sex } : {}), ...(race ? { race } : {}) },
    others: othersOf(cell)
  }
}

/** The columns of support2-columns.json, and the organ score that likens stays of the case bank. */
function featuresOf(cell: Row['cell']): Features {
  const features: Features = {}
  for (const column of COLUMNS.numbers) {
    const value = numberIn(cell(column))
    const [low, high] = COLUMNS.plausible[column] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    features[column] = value !== undefined && value >= low && value <= high ? value : null
  }
  for (const [column, values] of Object.entries(COLUMNS.categories)) {
    const found = cell(column)
    for (const value of values) features[`${column}=${value}`] = found === '' ? null : found === value ? 1 : 0
  }
  const { pafi, bili, meanbp, crea, urine } = features
  features['sofa.partial'] =
    partialSofa({ oxygenation: pafi, bilirubin: bili, meanPressure: meanbp, creatinine: crea, urinePerDay: urine }) ??
    null
  return features
}

function othersOf(cell: Row['cell']): Record<string, number> {
  const others: Record<string, number> = {}
  for (const { name, column, of } of OTHERS) {
    const value = numberIn(cell(column))
    if (value !== undefined) others[name] = of(value)
  }
  return others
}

const sexOf = (text: string): Sex | undefined => (text === 'female' || text === 'male' ? text : undefined)
