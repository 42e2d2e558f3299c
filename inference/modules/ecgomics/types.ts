import type { ClassedBeat, Delineation, MedianBeat } from '../../signal/delineation.ts'
import type { RecordingQuality } from '../../signal/recording-quality.ts'

export const DIMENSIONS = ['structural', 'intensity', 'functional', 'comparative'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** What `run` is given. Survives structured clone. Samples in mV; a missing sample is NaN. */
export interface EcgomicsInput {
  rateHz: number
  leads: {
    name: string
    mdc?: number
    samples: Float64Array
    resolution?: number
    derived?: boolean
    /** Unit of the samples where it is not mV: such a lead is refused, never converted by a guess. */
    unit?: string
  }[]
  /** Filter settings that the source states, Hz; late potentials and ST depend on them. */
  filters?: { lowHz?: number; highHz?: number; notchHz?: number }
  acquiredAt?: string
  age?: number
  sex?: 'male' | 'female' | 'other' | 'unknown'
  paced?: boolean
  /** The same person's latest earlier tracing that was measured, for the Comparative dimension. */
  earlier?: { tracing: string; acquiredAt?: string; features: FeatureValue[] }
  /** What the report prints above the paper: never put into logs. */
  header?: { patient?: string; identifier?: string; birthDate?: string; device?: string; synthetic?: boolean }
}

/** Parameters of a run; policy.parameters overrides the defaults, and the result records them all. */
export interface EcgomicsParameters {
  filter: 'mean-decomposition' | 'band-pass' | 'none'
  lowHz: number
  highHz: number
  mainsHz: 'auto' | 0 | 50 | 60
  detector: 'energy' | 'gradient'
  delineator: 'fused' | 'classical' | 'network'
  /** Lead names to be measured; empty: all ECG leads. */
  leads: string[]
  /** Seconds from the start of the recording; absent: all of it. */
  window?: { fromS: number; toS: number }
  bootstrapDraws: number
  seed: number
}

/** Why a feature is not given; codes of his-bundle-concepts, kind refusal. */
export const ABSENT_REASONS = [
  'p-wave-not-applicable',
  'wave-not-found',
  'beats-too-few',
  'too-short',
  'rate-too-low',
  'bandwidth-too-low',
  'lead-missing',
  'quality-unacceptable',
  'lead-reversal',
  'demographics-missing',
  'age-out-of-range',
  'no-earlier-tracing',
  'paced',
  'rhythm-unsuitable',
  'not-finite'
] as const
export type AbsentReason = (typeof ABSENT_REASONS)[number]

/** One measured (or absent) feature. Exactly one of `value`, `category`, `absent` is there. */
export interface FeatureValue {
  /** id of the catalogue: 'qt.fridericia' */
  id: string
  /** Lead name where the feature is per lead. */
  lead?: string
  value?: number
  category?: string
  absent?: AbsentReason
  /** 95 % interval by bootstrap over beats (or windows), and how many were drawn from. */
  confidence?: { low: number; high: number; n: number }
  /** Reservation of the quality verdict of what it was measured on. */
  limited?: boolean
}

/** What the catalogue says of a feature; the machine-readable definition (specs 01 section 8.1). */
export interface FeatureDefinition {
  id: string
  dimension: Dimension
  name: string
  /** One sentence that says how it is measured. */
  definition: string
  /** Formula in plain text, or absent where the definition is enough. */
  formula?: string
  /** Paper or standard with section. */
  reference: string
  /** UCUM; '1' for ratios and counts. */
  unit: string
  scope: 'recording' | 'lead'
  decimals: number
  /** Reference interval and where it comes from; absent where none is known. */
  interval?: { low?: number; high?: number; sex?: 'male' | 'female'; source: string; n?: number }[]
  /** Key of the codes table in fhir-profiles when a public code is verified. */
  code?: { system: string; code: string; display?: string }
  /** Least length and rate of a recording for it. */
  needs?: { seconds?: number; rateHz?: number; beats?: number; bandwidthHz?: number; leads?: string[] }
}

export type EcgQuality = RecordingQuality

/** How far the two delineation paths lie apart, over all marks that both set. */
export interface PathDisagreement {
  wave: 'p' | 'qrs' | 't'
  edge: 'onset' | 'peak' | 'offset'
  medianMs: number
  p90Ms: number
  n: number
}

/** One quantity against the same person's earlier tracing. */
export interface EcgChange {
  id: string
  lead?: string
  value: number
  earlier: number
  /** Later minus earlier, in the feature's unit; angles by the shorter way. */
  delta: number
  /** Differences up to this are expected of an unchanged person, 95 %. */
  referenceChange: number
  verdict: 'changed' | 'not-changed'
  /** Spread of one person's tracings that the reference change value rests on. */
  withinPerson: { sd: number; n: number; source: string }
}

/** Everything measured of one recording, before FHIR. */
export interface EcgMeasurement {
  parameters: EcgomicsParameters
  rateHz: number
  durationS: number
  leadNames: string[]
  quality: EcgQuality
  beats: ClassedBeat[]
  delineation: Delineation
  medianBeat?: MedianBeat
  disagreement: PathDisagreement[]
  features: FeatureValue[]
  /** Against the earlier tracing; absent where there was none. */
  changes?: { tracing: string; acquiredAt?: string; features: EcgChange[] }
}

export type EcgomicsFindings =
  | { kind: 'refused'; code: string; quality?: EcgQuality }
  | {
      kind: 'measured'
      measurement: EcgMeasurement
      report: { svg: string; pdf: Uint8Array; csv: string }
      /** Whose reference intervals were taken. */
      person: { age?: number; sex?: string }
    }
