import type { EcgMeasurement, EcgomicsInput, EcgomicsParameters } from '../../inference/modules/ecgomics/types.ts'
import type { BeatWaves, ClassedBeat, WaveName } from '../../inference/signal/delineation.ts'
import { beatOnsets, type SyntheticLead, synthesize, usualLead } from './synthetic-ecg.ts'

export const PARAMETERS: EcgomicsParameters = {
  filter: 'none',
  lowHz: 0,
  highHz: 0,
  mainsHz: 0,
  detector: 'energy',
  delineator: 'classical',
  leads: [],
  bootstrapDraws: 200,
  seed: 1
}

/** Twelve leads of one heart: every lead a usual complex of its own heights. */
export const TWELVE: Record<string, SyntheticLead> = {
  I: usualLead({ r: 0.8, s: -0.2, t: 0.25 }),
  II: usualLead({ r: 1, s: -0.2, t: 0.3 }),
  III: usualLead({ p: 0.05, r: 0.3, s: -0.1, t: 0.06 }),
  aVR: usualLead({ p: -0.1, q: 0, r: 0, s: -0.9, t: -0.27 }),
  aVL: usualLead({ p: 0.04, r: 0.35, s: -0.1, t: 0.1 }),
  aVF: usualLead({ p: 0.1, r: 0.6, s: -0.15, t: 0.18 }),
  V1: usualLead({ q: 0, r: 0.2, s: -1, t: 0.1 }),
  V2: usualLead({ q: 0, r: 0.4, s: -1.3, t: 0.5 }),
  V3: usualLead({ q: 0, r: 0.7, s: -0.9, t: 0.5 }),
  V4: usualLead({ r: 1.3, s: -0.5, t: 0.45 }),
  V5: usualLead({ r: 1.4, s: -0.25, t: 0.35 }),
  V6: usualLead({ r: 1.1, s: -0.1, t: 0.3 })
}

interface Options {
  leads?: Record<string, SyntheticLead>
  rateHz?: number
  seconds?: number
  rrMs?: number
  /** Added to every sample of a lead. */
  noise?: (lead: string, i: number) => number
  parameters?: Partial<EcgomicsParameters>
  input?: Partial<EcgomicsInput>
  pWaves?: 'present' | 'absent' | 'unclear'
}

/** A measurement with exact marks on exact waves: what extraction gives can be computed by hand. */
export function syntheticMeasurement({
  leads = TWELVE,
  rateHz = 500,
  seconds = 10,
  rrMs = 800,
  noise = () => 0,
  parameters,
  input,
  pWaves = 'present'
}: Options = {}): { measured: Omit<EcgMeasurement, 'features'>; input: EcgomicsInput } {
  const onsetsMs = beatOnsets({ seconds, rrMs })
  const names = Object.keys(leads)
  const samples = names.map((name) =>
    synthesize(leads[name]!, { onsetsMs, seconds, rateHz, noise: (i) => noise(name, i) })
  )
  const at = (ms: number): number => (ms * rateHz) / 1000
  const beats: ClassedBeat[] = onsetsMs.map((onset, k) => ({
    at: at(onset + 40),
    kind: 'normal',
    template: 0,
    correlation: 1,
    ...(k > 0 && { rrMs })
  }))
  const marksAt = (lead: SyntheticLead, onsetMs: number) => wavesOf(lead, (ms) => at(onsetMs + ms))
  const everything = names.flatMap((name) => leads[name]!)
  const before = at(300)
  const length = Math.round(at(300 + 500))
  return {
    input: {
      rateHz,
      leads: names.map((name, i) => ({ name, samples: samples[i]! })),
      age: 50,
      sex: 'male',
      ...input
    },
    measured: {
      parameters: { ...PARAMETERS, ...parameters },
      rateHz,
      durationS: seconds,
      leadNames: names,
      quality: {
        verdict: 'acceptable',
        reasons: [],
        leads: names.map((name) => ({ name, verdict: 'acceptable', reasons: [] }))
      },
      beats,
      delineation: {
        rateHz,
        beats: beats.map((beat) => beat.at),
        leads: names.map((name) => onsetsMs.map((onset) => marksAt(leads[name]!, onset))),
        global: onsetsMs.map((onset) => marksAt(everything, onset)),
        pWaves
      },
      medianBeat: {
        rateHz,
        samples: samples.map((lead) => meanBeat(lead, { starts: onsetsMs.map((onset) => at(onset) - before), length })),
        fiducial: before + at(40),
        leads: names.map((name) => wavesOf(leads[name]!, (ms) => before + at(ms))),
        global: wavesOf(everything, (ms) => before + at(ms)),
        beats: beats.map((_, k) => k),
        noiseMv: names.map(() => 0)
      },
      disagreement: []
    }
  }
}

function wavesOf(lead: SyntheticLead, place: (ms: number) => number): BeatWaves {
  const waves: BeatWaves = {}
  for (const kind of ['p', 'qrs', 't'] satisfies WaveName[]) {
    const parts = lead.filter((wave) => wave.kind === kind)
    if (parts.length === 0) continue
    const highest = parts.reduce((most, wave) => (Math.abs(wave.mv) > Math.abs(most.mv) ? wave : most))
    waves[kind] = {
      onset: place(Math.min(...parts.map(({ fromMs }) => fromMs))),
      peak: place(highest.peakMs ?? (highest.fromMs + highest.toMs) / 2),
      offset: place(Math.max(...parts.map(({ toMs }) => toMs))),
      path: 'classical'
    }
  }
  return waves
}

function meanBeat(lead: Float64Array, { starts, length }: { starts: number[]; length: number }): Float64Array {
  return Float64Array.from(
    { length },
    (_, i) => starts.reduce((sum, start) => sum + lead[Math.round(start) + i]!, 0) / starts.length
  )
}
