import type { DemoPatient } from './messages.ts'

/** Somebody invented, a day in intensive care: his first 24 hours end while the demo plays. */
export const EMIL: DemoPatient = {
  mrn: '1005',
  family: 'Modell',
  given: 'Emil',
  birthDate: '1951-05-06',
  sex: 'M',
  visit: 'V7005',
  ward: 'MICU'
}

/** So much of the first 24 hours is left when the admission is sent: time for the charts to come. */
export const MOMENT_AHEAD_MS = 5000

type Value = readonly [string, string, number, string]

const vitals = (rate: number, pressure: number, breaths: number, saturation: number, coma: number): Value[] => [
  ['8867-4', 'Heart rate', rate, '/min'],
  ['8478-0', 'Mean blood pressure', pressure, 'mm[Hg]'],
  ['9279-1', 'Respiratory rate', breaths, '/min'],
  ['59408-5', 'Oxygen saturation', saturation, '%'],
  ['9269-2', 'Glasgow coma score', coma, '{score}'],
  ['9187-6', 'Urine output', 180, 'mL']
]

/** Hours after admission, and what was charted then. */
export const CHARTS: readonly { hours: number; what: string; values: readonly Value[] }[] = [
  { hours: 1, what: 'first hour', values: vitals(118, 58, 28, 90, 10) },
  {
    hours: 2,
    what: 'laboratory',
    values: [
      ['2160-0', 'Creatinine', 2.4, 'mg/dL'],
      ['3094-0', 'Urea nitrogen', 46, 'mg/dL'],
      ['2524-7', 'Lactate', 4.6, 'mmol/L'],
      ['2951-2', 'Sodium', 134, 'mmol/L'],
      ['1963-8', 'Bicarbonate', 17, 'mmol/L'],
      ['6690-2', 'Leukocytes', 19.4, '10*3/uL'],
      ['777-3', 'Platelets', 96, '10*3/uL'],
      ['1975-2', 'Bilirubin, total', 2.1, 'mg/dL']
    ]
  },
  { hours: 10, what: 'evening', values: vitals(104, 66, 24, 94, 12) },
  { hours: 20, what: 'morning', values: vitals(98, 71, 22, 95, 13) }
]
