import { readFileSync } from 'node:fs'
import type { ClinicalKey } from '../../types.ts'

/**
 * All that may ever be said of a stay to a language model: our own names, titles and units. Whatever is not in these tables
 * is not sent, wherever it came from.
 */
export interface Term {
  /** Name of the value in the features, and in the prompt: 'creatinine.max'. */
  name: string
  /** Key of variables.json, or the column of a table. */
  variable: string
  title: string
  /** 'highest'. */
  statistic: string
  unit: string
  /** Outside of it a number is not told: it may be anything, a record number too. */
  range: readonly [number, number]
  /** From which kind of input: the hours of a stay, or the row of a table. A row's finding of 0 or 1 is told when it is 1. */
  of: 'stay' | 'row' | 'finding'
}

const STATISTICS = { min: 'lowest', max: 'highest', mean: 'mean', last: 'last', sum: 'total', any: 'any' } as const

/** Summaries of a stay that are told, in this order (specs 06 section 2). */
const STAY: readonly [variable: string, statistic: keyof typeof STATISTICS][] = [
  ['gcs', 'min'],
  ['gcs', 'last'],
  ['mean-arterial-pressure', 'mean'],
  ['mean-arterial-pressure', 'min'],
  ['heart-rate', 'mean'],
  ['respiratory-rate', 'mean'],
  ['temperature', 'mean'],
  ['oxygen-saturation', 'min'],
  ['ventilation', 'any'],
  ['fio2', 'max'],
  ['ph', 'min'],
  ['lactate', 'max'],
  ['lactate', 'last'],
  ['bicarbonate', 'min'],
  ['urine', 'sum'],
  ['creatinine', 'max'],
  ['bun', 'max'],
  ['sodium', 'mean'],
  ['potassium', 'max'],
  ['glucose', 'max'],
  ['platelets', 'min'],
  ['white-cells', 'max'],
  ['haematocrit', 'min'],
  ['bilirubin', 'max'],
  ['albumin', 'min'],
  ['troponin-t', 'max'],
  ['troponin-i', 'max']
]

/** Columns of SUPPORT2 (UCI Machine Learning Repository) that describe day 3 and what the patient came with. */
const SUPPORT2: readonly [column: string, title: string, unit: string, low: number, high: number][] = [
  ['scoma', 'SUPPORT coma score', '{score}', 0, 100],
  ['meanbp', 'Mean arterial pressure', 'mm[Hg]', 0, 250],
  ['hrt', 'Heart rate', '/min', 0, 300],
  ['resp', 'Respiratory rate', '/min', 0, 120],
  ['temp', 'Body temperature', 'Cel', 20, 45],
  ['pafi', 'PaO2 over inspired oxygen fraction', 'mm[Hg]', 10, 1000],
  ['ph', 'Arterial pH', '[pH]', 6.5, 8],
  ['urine', 'Urine output of the day', 'mL', 0, 20000],
  ['crea', 'Creatinine', 'mg/dL', 0, 30],
  ['bun', 'Urea nitrogen', 'mg/dL', 0, 400],
  ['sod', 'Sodium', 'mmol/L', 95, 200],
  ['glucose', 'Glucose', 'mg/dL', 0, 1500],
  ['wblc', 'Leukocytes', '10*3/uL', 0, 500],
  ['bili', 'Bilirubin, total', 'mg/dL', 0, 100],
  ['alb', 'Albumin', 'g/dL', 0, 40],
  ['num.co', 'Number of comorbidities', '{count}', 0, 20],
  ['diabetes', 'Diabetes', '{0 or 1}', 0, 1],
  ['dementia', 'Dementia', '{0 or 1}', 0, 1],
  ['adls', 'Activities of daily living not done alone (of 7)', '{count}', 0, 7]
]

/** Categories of SUPPORT2 that a row has as '<column>=<value>'. */
const SUPPORT2_FINDINGS: readonly [name: string, title: string][] = [
  ['dzgroup=ARF/MOSF w/Sepsis', 'Diagnosis: acute respiratory or multiple organ failure with sepsis'],
  ['dzgroup=CHF', 'Diagnosis: heart failure'],
  ['dzgroup=COPD', 'Diagnosis: chronic obstructive lung disease'],
  ['dzgroup=Cirrhosis', 'Diagnosis: cirrhosis'],
  ['dzgroup=Colon Cancer', 'Diagnosis: colon cancer'],
  ['dzgroup=Coma', 'Diagnosis: coma'],
  ['dzgroup=Lung Cancer', 'Diagnosis: lung cancer'],
  ['dzgroup=MOSF w/Malig', 'Diagnosis: multiple organ failure with malignancy'],
  ['ca=metastatic', 'Cancer: metastatic'],
  ['ca=yes', 'Cancer: localised']
]

const VARIABLES = new Map(
  (
    JSON.parse(readFileSync(new URL('../../variables.json', import.meta.url), 'utf8')) as {
      variables: { key: string; title: string; unit: string; plausible: [number, number] }[]
    }
  ).variables.map((variable) => [variable.key, variable])
)

/** A total over two days may pass what is plausible of one value. */
const MOST_OF_A_TOTAL = 20_000

export const TERMS: readonly Term[] = [
  ...STAY.map(([key, statistic]): Term => {
    const { title, unit, plausible } = VARIABLES.get(key)!
    const range = statistic === 'sum' ? ([0, MOST_OF_A_TOTAL] as const) : plausible
    return {
      name: `${key}.${statistic}`,
      variable: key,
      title,
      statistic: STATISTICS[statistic],
      unit,
      range,
      of: 'stay'
    }
  }),
  ...SUPPORT2.map(([column, title, unit, low, high]): Term => {
    return { name: column, variable: column, title, statistic: 'value', unit, range: [low, high], of: 'row' }
  }),
  ...SUPPORT2_FINDINGS.map(([name, title]): Term => {
    return { name, variable: name, title, statistic: 'present', unit: '{0 or 1}', range: [1, 1], of: 'finding' }
  })
]

export const AGE: Term = {
  name: 'age',
  variable: 'age',
  title: 'Age',
  statistic: 'value',
  unit: 'a',
  range: [18, 120],
  of: 'stay'
}

/** Clinical keys of a bank case, as told. */
export const CASE_TERMS: Readonly<Record<ClinicalKey, { title: string; unit: string }>> = {
  gcs: { title: 'Glasgow coma score, lowest', unit: '{score}' },
  sofa: { title: 'SOFA score', unit: '{score}' },
  apache: { title: 'APACHE III score', unit: '{score}' },
  charlson: { title: 'Charlson index', unit: '{score}' },
  lactate: { title: 'Lactate, highest', unit: 'mmol/L' },
  creatinine: { title: 'Creatinine, highest', unit: 'mg/dL' },
  map: { title: 'Mean arterial pressure, mean', unit: 'mm[Hg]' }
}

export const SEXES: readonly string[] = ['female', 'male']
export const UNITS: readonly string[] = ['coronary', 'cardiac-surgery', 'medical', 'surgical']
/** Words for race that may be sent where the site allows it; a recorded text that is none of them is 'other'. */
export const RACES: readonly string[] = ['white', 'black', 'asian', 'hispanic', 'native', 'pacific', 'other', 'unknown']
