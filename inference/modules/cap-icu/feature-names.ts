import { readFileSync } from 'node:fs'

/** One row of variables.json. */
export interface Variable {
  key: string
  title: string
  /** UCUM, canonical. */
  unit: string
  loinc: string[]
}

const TABLE = JSON.parse(readFileSync(new URL('./variables.json', import.meta.url), 'utf8')) as {
  core: string[]
  variables: Variable[]
}

/** The fifteen variables of which at least half must be there for an estimate (specs 06 section 2). */
export const CORE: readonly string[] = TABLE.core

/** What features are made of besides the variables: of two variables at once, and of the person. */
const DERIVED: readonly Variable[] = [
  { key: 'age', title: 'Age', unit: 'a', loinc: [] },
  { key: 'unit', title: 'Kind of unit', unit: '1', loinc: [] },
  { key: 'shock-index', title: 'Shock index (heart rate over systolic pressure)', unit: '1', loinc: [] },
  { key: 'pulse-pressure', title: 'Pulse pressure', unit: 'mm[Hg]', loinc: [] },
  { key: 'pf-ratio', title: 'PaO2 over inspired oxygen fraction', unit: 'mm[Hg]', loinc: [] },
  { key: 'sofa', title: 'Organ failure score of what is known', unit: '{score}', loinc: [] },
  { key: 'bun-creatinine', title: 'Urea nitrogen over creatinine', unit: '1', loinc: [] }
]

const BY_KEY = new Map([...TABLE.variables, ...DERIVED].map((one) => [one.key, one]))

/** The variable that a feature is a statistic of: 'creatinine' of 'creatinine.max', a table's column itself. */
export const variableOf = (feature: string): string => feature.split('.', 1)[0]!

/** Title and unit of a variable; a table's column that variables.json does not know is named by itself, without a unit. */
export const describe = (key: string): Variable => BY_KEY.get(key) ?? { key, title: key, unit: '1', loinc: [] }

/** Units of statistics that are not in the variable's own. */
const OTHER_UNITS: Readonly<Record<string, (unit: string) => string>> = {
  rate: (unit) => `${unit}/h`,
  'per-kg': (unit) => `${unit}/kg/h`,
  low: () => '1',
  high: () => '1',
  any: () => '1'
}

/** UCUM unit of a feature: that of its variable, but per hour of a rate and 1 of a share. */
export function unitOf(feature: string): string {
  const [key = '', statistic = ''] = feature.split('.')
  const { unit } = describe(key)
  // Ventilation is 0 or 1 whatever is asked of it; urine towards the end is given by the hour.
  if (key === 'ventilation' || key === 'unit') return '1'
  if (key === 'urine' && statistic === 'late') return `${unit}/h`
  return OTHER_UNITS[statistic]?.(unit) ?? unit
}

const WORDS: Readonly<Record<string, string>> = {
  min: 'lowest',
  max: 'highest',
  mean: 'mean',
  first: 'first',
  last: 'last',
  change: 'change from first to last',
  sd: 'spread of the hourly means',
  early: 'mean of the first 6 h',
  late: 'mean of the last 6 h',
  sum: 'total',
  rate: 'mean per hour',
  'per-kg': 'mean per hour and kg',
  partial: '',
  low: 'share of hours below 65 mm[Hg]',
  high: 'share of hours above 110/min'
}

/** A statistic in words: 'lowest' of 'gcs.min'; empty where the variable has but one value. */
export function statisticInWords(feature: string): string {
  const [key = '', statistic = ''] = feature.split('.')
  if (key === 'ventilation') return statistic === 'late' ? 'in the last 6 h' : 'at any time'
  if (key === 'urine' && statistic === 'late') return 'mean per hour of the last 6 h'
  if (key === 'unit') return statistic
  return WORDS[statistic] ?? statistic
}

/** Statistics of a variable that is measured now and then. */
const MEASURED = ['first', 'last', 'min', 'max', 'mean', 'change', 'sd', 'early', 'late'] as const
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  ventilation: ['any', 'late'],
  urine: ['sum', 'rate', 'late', 'per-kg'],
  'mean-arterial-pressure': [...MEASURED, 'low'],
  'heart-rate': [...MEASURED, 'high']
}

/** Every statistic that `featuresOf` can make of a stay, which a model may take as a column. */
export const FEATURES: readonly string[] = [
  'age',
  ...['coronary', 'cardiac-surgery', 'medical', 'surgical'].map((kind) => `unit.${kind}`),
  ...TABLE.variables.flatMap(({ key }) => (OTHERS[key] ?? MEASURED).map((statistic) => `${key}.${statistic}`)),
  'shock-index.mean',
  'shock-index.max',
  'pulse-pressure.mean',
  'pulse-pressure.min',
  'pf-ratio.min',
  'pf-ratio.last',
  'bun-creatinine.last',
  'sofa.partial'
]

/** Code of a feature in his-bundle-concepts: 'creatinine.max' is 'icu-creatinine-max' (fsh/codes/icu-features.fsh). */
export const featureCode = (feature: string): string => `icu-${feature.replaceAll('.', '-')}`
