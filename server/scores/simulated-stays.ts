import type { Sex, StayValue, UnitKind } from '../../inference/modules/cap-icu/types.ts'
import { normal, seeded } from '../demo/simulate/random.ts'

/** Race as the simulation has it; a message says it by code (CDC Race and Ethnicity, HL7 table 0005). */
export const SIMULATED_RACES = ['white', 'black', 'asian', 'other'] as const
export type SimulatedRace = (typeof SIMULATED_RACES)[number]

/** A stay of nobody: made of a seed, for audits, tests and demonstrations. */
export interface SimulatedStay {
  /** 'sim-42': of the seed, no identifier of a person. */
  id: string
  /** Years at admission, whole. */
  age: number
  sex: Sex
  race: SimulatedRace
  unitKind: UnitKind
  /** Of the first 48 h, or of the whole stay where it was shorter; by variable, then by hour. */
  values: StayValue[]
  /** From which `died` was drawn. */
  trueProbability: number
  died: boolean
  /** Hours from admission to discharge or death. */
  hours: number
}

/** What a study plants, in logits of the true probability; 0 each: nothing planted. */
export interface PlantedOffsets {
  /** On everybody: what the population became, which a fixed predictor does not know. */
  offset?: number
  /** On women only. */
  sexOffset?: number
  /** On everybody whose race is not 'white'. */
  raceOffset?: number
}

/** The five organ systems that the latent illness acts on; all standard normal with mutual correlation SHARED squared. */
const ORGANS = ['brain', 'circulation', 'kidney', 'lung', 'liver'] as const
type Organs = Record<(typeof ORGANS)[number], number>
const SHARED = 0.55

/**
 * One simulated stay in an intensive care unit, a pure function of its seed.
 *
 * An illness of five correlated organ systems and a course (better or worse by the hour) make both the values and the risk:
 * logit p = -2.77 + .035 (age - 65) + .65 brain + .65 circulation + .45 kidney + .4 lung + .3 liver + .45 course + offsets.
 * The coefficients are ours, of the size that published ICU scores give such systems (brain and circulation first, age .03-.04
 * a year), and the intercept gives about one death in seven; nothing was fitted to patients. Values show the illness
 * with noise, at the hours at which they are usually taken, with some missing. Sex and race act on nothing unless planted:
 * twins that differ in them have the same risk.
 *
 * @example
 * simulatedStay(7).id                                                       // 'sim-7'
 * simulatedStay(7, { offset: 1 }).trueProbability > simulatedStay(7).trueProbability   // true, with the same values
 */
export function simulatedStay(seed: number, planted: PlantedOffsets = {}): SimulatedStay {
  // Spread over the state: neighbouring seeds give unrelated stays.
  const uniform = seeded(Math.imul(seed + 1, 0x9e3779b1))
  const gauss = normal(uniform)
  const age = Math.round(Math.min(89, Math.max(18, 65 + 15 * gauss())))
  const sex: Sex = uniform() < 0.45 ? 'female' : 'male'
  const race = pick(uniform(), { white: 0.7, black: 0.15, asian: 0.08, other: 0.07 })
  const unitKind: UnitKind = pick(uniform(), { medical: 0.4, surgical: 0.27, 'cardiac-surgery': 0.2, coronary: 0.13 })
  const illness = gauss()
  const organs = Object.fromEntries(
    ORGANS.map((organ) => [organ, SHARED * illness + Math.sqrt(1 - SHARED ** 2) * gauss()])
  ) as Organs
  const course = gauss()
  const trueProbability = logistic(
    -2.77 +
      0.035 * (age - 65) +
      0.65 * organs.brain +
      0.65 * organs.circulation +
      0.45 * organs.kidney +
      0.4 * organs.lung +
      0.3 * organs.liver +
      0.45 * course +
      (planted.offset ?? 0) +
      (sex === 'female' ? (planted.sexOffset ?? 0) : 0) +
      (race === 'white' ? 0 : (planted.raceOffset ?? 0))
  )
  const died = uniform() < trueProbability
  const days = Math.exp((died ? 1.5 : 1.15) + 0.7 * gauss())
  const hours = Math.round(10 * Math.min(40 * 24, Math.max(26, days * 24))) / 10
  const values = valuesOf({ organs, course, uniform, gauss, hours: Math.min(48, hours) })
  return { id: `sim-${seed}`, age, sex, race, unitKind, values, trueProbability, died, hours }
}

interface Body {
  organs: Organs
  /** Standard normal; positive grows worse. */
  course: number
  uniform: () => number
  gauss: () => number
  /** Values are taken before this hour. */
  hours: number
}

interface Course {
  variable: string
  /** Canonical unit of variables.json; `hour` of the stay, `noise` standard normal, `organs` with the course applied. */
  value(organs: Organs, noise: number, hour: number): number
  decimals: number
  range: [number, number]
  everyHours: number
  /** Share of stays in which it is taken at all; of lungs: ventilated ones only. */
  taken?: number | 'ventilated'
}

/** Typical course of each variable. Ranges keep simulated values inside `plausible` of variables.json. */
const COURSES: readonly Course[] = [
  hourly('heart-rate', (o, e) => 86 + 9 * o.circulation + 3 * o.lung + 12 * e, [35, 190]),
  hourly('mean-arterial-pressure', (o, e) => 79 - 7 * o.circulation + 8 * e, [35, 140]),
  hourly('systolic-pressure', (o, e) => 121 - 10 * o.circulation + 15 * e, [55, 220]),
  hourly('diastolic-pressure', (o, e) => 60 - 5 * o.circulation + 8 * e, [25, 120]),
  hourly('respiratory-rate', (o, e) => 19 + 3 * o.lung + 3.5 * e, [6, 50]),
  hourly('oxygen-saturation', (o, e) => 97 - 1.3 * o.lung + 1.5 * e, [70, 100]),
  hourly('urine', (o, e) => Math.exp(4.2 - 0.5 * o.kidney - 0.15 * o.circulation + 0.4 * e), [0, 900]),
  every(4, 'temperature', (o, e) => 37 + 0.25 * o.liver + 0.5 * e, [33, 41], 1),
  every(4, 'gcs', (o, e) => Math.round(12.5 - 2.6 * o.brain + 1.5 * e), [3, 15]),
  every(8, 'creatinine', (o, e) => Math.exp(0.15 + 0.5 * o.kidney + 0.2 * e), [0.3, 14], 1),
  every(8, 'bun', (o, e) => Math.exp(3.05 + 0.45 * o.kidney + 0.25 * e), [3, 180]),
  every(8, 'sodium', (_o, e) => 139 + 3.5 * e, [118, 162]),
  every(8, 'potassium', (o, e) => 4.1 + 0.2 * o.kidney + 0.4 * e, [2.4, 7.5], 1),
  every(8, 'bicarbonate', (o, e) => 23.5 - 1.6 * o.circulation - 1 * o.kidney + 3 * e, [7, 42]),
  every(8, 'glucose', (o, e) => Math.exp(4.88 + 0.08 * o.circulation + 0.22 * e), [40, 600]),
  every(12, 'white-cells', (o, e) => Math.exp(2.4 + 0.18 * o.liver + 0.28 * e), [0.5, 60], 1),
  every(12, 'platelets', (o, e) => Math.exp(5.25 - 0.22 * o.liver + 0.25 * e), [8, 800]),
  every(12, 'haematocrit', (_o, e) => 31 + 4 * e, [17, 55], 1),
  every(12, 'magnesium', (_o, e) => 2 + 0.3 * e, [1, 4.5], 1),
  every(6, 'lactate', (o, e) => Math.exp(0.5 + 0.5 * o.circulation + 0.12 * o.liver + 0.1 * e), [0.4, 22], 1, 0.65),
  every(24, 'bilirubin', (o, e) => Math.exp(-0.1 + 0.75 * o.liver + 0.2 * e), [0.1, 45], 1, 0.55),
  every(24, 'albumin', (o, e) => 3 - 0.3 * o.liver + 0.35 * e, [1.2, 5], 1, 0.45),
  every(24, 'ast', (o, e) => Math.exp(3.7 + 0.7 * o.liver + 0.4 * e), [8, 9000], 0, 0.5),
  every(24, 'alt', (o, e) => Math.exp(3.5 + 0.65 * o.liver + 0.4 * e), [6, 9000], 0, 0.5),
  every(24, 'weight', (_o, e) => 81 + 17 * e, [40, 190], 1, 0.9),
  every(6, 'ph', (o, e) => 7.38 - 0.035 * o.circulation - 0.015 * o.lung + 0.03 * e, [6.9, 7.65], 2, 'ventilated'),
  every(6, 'paco2', (o, e) => 40 + 2.5 * o.lung + 5 * e, [18, 95], 0, 'ventilated'),
  every(6, 'pao2', (o, e) => Math.exp(4.75 - 0.2 * o.lung + 0.3 * e), [35, 480], 0, 'ventilated'),
  every(4, 'fio2', (o, e) => 50 + 9 * o.lung + 4 * e, [21, 100], 0, 'ventilated'),
  every(8, 'ventilation', () => 1, [0, 1], 0, 'ventilated')
]

/** Shares of an hourly vital sign, and of a planned sample, that are not there. */
const MISSED = 0.06

function valuesOf({ organs, course, uniform, gauss, hours }: Body): StayValue[] {
  const isVentilated = uniform() < logistic(-0.1 + 0.8 * organs.lung + 0.6 * organs.brain)
  return COURSES.flatMap(({ variable, value, decimals, range: [low, high], everyHours, taken = 1 }) => {
    const isTaken = taken === 'ventilated' ? isVentilated : uniform() < taken
    const firstHour = everyHours === 1 ? 0 : 2 * uniform()
    // What does not change within a stay: this body's own level beside the illness.
    const own = gauss()
    const out: StayValue[] = []
    for (let hour = firstHour; hour < hours; hour += everyHours) {
      const isMissed = uniform() < MISSED
      const noise = 0.7 * own + 0.7 * gauss()
      if (isMissed || !isTaken) continue
      const now = worse(organs, (0.6 * course * hour) / 48)
      const scale = 10 ** decimals
      const held = Math.min(high, Math.max(low, value(now, noise, hour)))
      out.push({ variable, hours: Math.round(hour * 60) / 60, value: Math.round(held * scale) / scale })
    }
    return out
  })
}

/** All organs by as much: 0 at admission, .6 standard deviations of `course` after two days. */
const worse = ({ brain, circulation, kidney, lung, liver }: Organs, by: number): Organs => ({
  brain: brain + by,
  circulation: circulation + by,
  kidney: kidney + by,
  lung: lung + by,
  liver: liver + by
})

function hourly(variable: string, value: Course['value'], range: [number, number]): Course {
  return { variable, value, range, decimals: 0, everyHours: 1 }
}

function every(
  everyHours: number,
  variable: string,
  value: Course['value'],
  range: [number, number],
  decimals = 0,
  taken: Course['taken'] = 1
): Course {
  return { variable, value, range, decimals, everyHours, taken }
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z))

function pick<K extends string>(at: number, shares: Record<K, number>): K {
  let rest = at
  const names = Object.keys(shares) as K[]
  for (const name of names) {
    rest -= shares[name]
    if (rest < 0) return name
  }
  return names.at(-1)!
}
