import { normal, seeded } from '../../server/demo/simulate/random.ts'

/** A stay of the simulated hospital. Nobody in it exists. */
export interface PlannedStay {
  mrn: string
  visit: string
  sex: 'F' | 'M'
  birthDate: string
  admittedAt: Date
  dischargedAt: Date
  /** What the monitors and the laboratory send, by hours since admission. */
  charts: { hours: number; vitals: Chart }[]
  labs: { hours: number; values: Chart }[]
  /** Uniform in [0, 1): under the probability that the outcome follows, the patient dies. */
  luck: number
}

export type Chart = readonly { loinc: string; name: string; unit: string; value: number }[]

const HOUR_MS = 60 * 60_000
/** Admissions are at the step's first minute, so that the moments of a stay fall on steps as well. */
export const STEP_HOURS = 6

/**
 * Stays of one month, admitted evenly over the days: gravely ill people, so that enough of them die to judge by. One latent severity moves all values of a person, so that any sensible
 * model has something to tell apart; all are in one age band and sex is drawn without regard to anything, so that a gap
 * between groups is there only where one is planted.
 */
export function planMonth({ seed, stays, days, from }: { seed: number; stays: number; days: number; from: Date }) {
  const uniform = seeded(seed)
  const gaussian = normal(uniform)
  const steps = (days * 24) / STEP_HOURS
  return Array.from({ length: stays }, (_, i): PlannedStay => {
    const step = Math.floor((i / stays) * steps)
    const admittedAt = new Date(from.getTime() + step * STEP_HOURS * HOUR_MS + 60_000)
    const age = 66 + Math.floor(uniform() * 8)
    const severity = 1.1 + 0.9 * gaussian()
    const lasting = STEP_HOURS * (5 + Math.floor(uniform() * 5))
    return {
      mrn: `M${seed}-${i}`,
      visit: `V${seed}-${i}`,
      sex: uniform() < 0.5 ? 'F' : 'M',
      birthDate: `${from.getUTCFullYear() - age}0115`,
      admittedAt,
      dischargedAt: new Date(admittedAt.getTime() + lasting * HOUR_MS),
      charts: [2, 20].map((hours) => ({ hours, vitals: vitals(severity, gaussian) })),
      labs: [3].map((hours) => ({ hours, values: labs(severity, gaussian) })),
      luck: uniform()
    }
  })
}

const within = (value: number, low: number, high: number, digits = 0): number =>
  Number(Math.min(high, Math.max(low, value)).toFixed(digits))

const vitals = (s: number, g: () => number): Chart => [
  { loinc: '8867-4', name: 'Heart rate', unit: '/min', value: within(86 + 10 * s + 8 * g(), 40, 180) },
  { loinc: '8478-0', name: 'Mean blood pressure', unit: 'mm[Hg]', value: within(80 - 8 * s + 7 * g(), 35, 130) },
  { loinc: '9279-1', name: 'Respiratory rate', unit: '/min', value: within(19 + 3 * s + 3 * g(), 8, 45) },
  { loinc: '59408-5', name: 'Oxygen saturation', unit: '%', value: within(96.5 - 1.5 * s + g(), 70, 100) },
  { loinc: '8310-5', name: 'Body temperature', unit: 'Cel', value: within(37 - 0.2 * s + 0.5 * g(), 33, 41, 1) },
  { loinc: '9269-2', name: 'Glasgow coma score', unit: '{score}', value: within(12.5 - 3 * s + g(), 3, 15) },
  { loinc: '9187-6', name: 'Urine output', unit: 'mL', value: within(420 - 160 * s + 80 * g(), 0, 1500) }
]

const labs = (s: number, g: () => number): Chart => [
  {
    loinc: '2160-0',
    name: 'Creatinine',
    unit: 'mg/dL',
    value: within(Math.exp(0.1 + 0.4 * s + 0.3 * g()), 0.3, 12, 2)
  },
  { loinc: '3094-0', name: 'Urea nitrogen', unit: 'mg/dL', value: within(Math.exp(3.1 + 0.4 * s + 0.3 * g()), 4, 160) },
  { loinc: '2524-7', name: 'Lactate', unit: 'mmol/L', value: within(Math.exp(0.5 + 0.45 * s + 0.3 * g()), 0.4, 20, 1) },
  { loinc: '2951-2', name: 'Sodium', unit: 'mmol/L', value: within(139 + 3.5 * g(), 118, 165) },
  { loinc: '2823-3', name: 'Potassium', unit: 'mmol/L', value: within(4.2 + 0.2 * s + 0.4 * g(), 2.2, 7.5, 1) },
  { loinc: '1963-8', name: 'Bicarbonate', unit: 'mmol/L', value: within(23.5 - 2.5 * s + 2 * g(), 6, 42) },
  { loinc: '6690-2', name: 'Leukocytes', unit: '10*3/uL', value: within(12 + 2.5 * s + 3 * g(), 1, 60, 1) },
  { loinc: '777-3', name: 'Platelets', unit: '10*3/uL', value: within(195 - 35 * s + 55 * g(), 12, 700) },
  {
    loinc: '1975-2',
    name: 'Bilirubin, total',
    unit: 'mg/dL',
    value: within(Math.exp(0.5 * s + 0.5 * g()), 0.1, 35, 1)
  },
  { loinc: '4544-3', name: 'Haematocrit', unit: '%', value: within(31 - s + 4 * g(), 16, 55, 1) },
  { loinc: '2345-7', name: 'Glucose', unit: 'mg/dL', value: within(138 + 12 * s + 30 * g(), 45, 600) }
]
