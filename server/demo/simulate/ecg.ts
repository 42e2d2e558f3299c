import type { Lead, Waveform } from '../../../core/waveform.ts'
import { leadByName } from '../../../fhir-profiles/index.ts'
import { normal, seeded } from './random.ts'

export interface SimulatedEcg {
  seed: number
  rateHz?: number
  seconds?: number
  heartRate?: number
  /** Latent potassium in mmol/L; above 5.0 the T wave grows and narrows, as in training/pocket-k. */
  potassium?: number
  /** Microvolts of one step of the converter. */
  stepUv?: number
}

/** One wave of the heart vector: time from the R peak (s), width (s), and its x (left), y (down), z (back) parts in mV. */
interface Wave {
  at: number
  width: number
  x: number
  y: number
  z: number
}

const P: Wave = { at: -0.17, width: 0.022, x: 0.09, y: 0.11, z: -0.02 }
const QRS: Wave[] = [
  { at: -0.028, width: 0.008, x: -0.12, y: -0.06, z: -0.22 },
  { at: 0, width: 0.011, x: 1.25, y: 0.75, z: 0.15 },
  { at: 0.024, width: 0.011, x: -0.22, y: -0.12, z: 0.5 }
]
const T: Wave = { at: 0.27, width: 0.052, x: 0.34, y: 0.22, z: -0.18 }

/** Leads from the heart vector (Dower et al., Clin Cardiol 1980;3:87). The limb leads follow from I and II. */
const DOWER: Record<string, [number, number, number]> = {
  I: [0.632, -0.235, 0.059],
  II: [0.235, 1.066, -0.132],
  V1: [-0.515, 0.157, -0.917],
  V2: [0.044, 0.164, -1.387],
  V3: [0.882, 0.098, -1.277],
  V4: [1.213, 0.127, -0.601],
  V5: [1.125, 0.127, -0.086],
  V6: [0.831, 0.076, 0.23]
}
const NAMES = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']

/** A simulated 12-lead ECG in mV, rounded to the converter's step. It is nobody's heart. */
export function simulateEcg({
  seed,
  rateHz = 500,
  seconds = 10,
  heartRate = 72,
  potassium = 4.2,
  stepUv = 5
}: SimulatedEcg): Waveform {
  const uniform = seeded(seed)
  const gauss = normal(uniform)
  const length = Math.round(rateHz * seconds)
  const beats = beatTimes({ seconds, heartRate, gauss })
  const waves = [P, ...QRS, hyperkalaemicT(potassium)]
  const vector = [0, 1, 2].map(() => new Float64Array(length))
  for (const beat of beats) for (const wave of waves) addWave({ vector, wave, beat, rateHz })
  const phase = uniform() * 2 * Math.PI
  const lead = (name: string): Float64Array => {
    const [x, y, z] = DOWER[name]!
    const drift = 0.03 * uniform()
    return Float64Array.from(
      { length },
      (_, i) =>
        x * vector[0]![i]! +
        y * vector[1]![i]! +
        z * vector[2]![i]! +
        drift * Math.sin((2 * Math.PI * 0.25 * i) / rateHz + phase) +
        0.006 * gauss()
    )
  }
  const measured = Object.fromEntries(Object.keys(DOWER).map((name) => [name, quantise(lead(name), stepUv)]))
  const samples = NAMES.map(
    (name) => measured[name] ?? quantise(limbLead(name, measured['I']!, measured['II']!), stepUv)
  )
  return { kind: 'rhythm', rateHz, leads: NAMES.map((name) => leadFacts(name, stepUv)), samples, gaps: [] }
}

function leadFacts(name: string, stepUv: number): Lead {
  return {
    name,
    mdc: leadByName(name)!.n,
    unit: 'mV',
    resolution: stepUv / 1000,
    ...(name in DOWER ? {} : { derived: true })
  }
}

const quantise = (values: Float64Array, stepUv: number): Float64Array =>
  values.map((mv) => (Math.round((mv * 1000) / stepUv) * stepUv) / 1000)

/** T of training/pocket-k: amplitude 1 + .35 (K - 5), at most 2.5 times; width 1 - .17 (K - 5), at least half. */
function hyperkalaemicT(potassium: number): Wave {
  const excess = Math.max(0, potassium - 5)
  const gain = Math.min(2.5, 1 + 0.35 * excess)
  return { ...T, width: T.width * Math.max(0.5, 1 - 0.17 * excess), x: T.x * gain, y: T.y * gain, z: T.z * gain }
}

function beatTimes({
  seconds,
  heartRate,
  gauss
}: {
  seconds: number
  heartRate: number
  gauss: () => number
}): number[] {
  const times: number[] = []
  for (let at = 0.35; at < seconds + 0.5; at += (60 / heartRate) * (1 + 0.02 * gauss())) times.push(at)
  return times
}

function addWave({
  vector,
  wave,
  beat,
  rateHz
}: {
  vector: Float64Array[]
  wave: Wave
  beat: number
  rateHz: number
}): void {
  const centre = beat + wave.at
  const from = Math.max(0, Math.floor((centre - 5 * wave.width) * rateHz))
  const to = Math.min(vector[0]!.length, Math.ceil((centre + 5 * wave.width) * rateHz))
  for (let i = from; i < to; i++) {
    const shape = Math.exp(-0.5 * ((i / rateHz - centre) / wave.width) ** 2)
    vector[0]![i]! += wave.x * shape
    vector[1]![i]! += wave.y * shape
    vector[2]![i]! += wave.z * shape
  }
}

function limbLead(name: string, one: Float64Array, two: Float64Array): Float64Array {
  const formula: Record<string, (i: number, ii: number) => number> = {
    III: (i, ii) => ii - i,
    aVR: (i, ii) => -(i + ii) / 2,
    aVL: (i, ii) => i - ii / 2,
    aVF: (i, ii) => ii - i / 2
  }
  return one.map((value, index) => formula[name]!(value, two[index]!))
}
