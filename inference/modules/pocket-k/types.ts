import type { Performance } from '../../decision/performance.ts'
import type { SegmentName } from '../../explain/beat-segments.ts'
import type { SegmentMeasure } from '../../explain/segment-measures.ts'

/** What `run` is given: one lead and what the record knows of the person. Survives structured clone. */
export interface PocketKInput {
  /** Lead I as recorded; absent: the recording has none. */
  lead?: { samples: Float64Array; rateHz: number; unit: string }
  /** Lead aVR of the same recording and rate, by which exchanged arms can be seen. */
  avr?: Float64Array
  /** What the record states about pacing; absent: it states nothing. */
  paced?: boolean
  /** Versioned reference of a condition from before this tracing that widens the QRS. */
  wideQrs?: string
  /** Whole years at acquisition. */
  age?: number
  /** True only where whoever asks vouches for adults (a labelled folder); the record never does. */
  adultVouched?: boolean
  sex?: string
  /** Potassium results within an hour that cannot answer by themselves, or are high; the oldest first. */
  potassiumTriggers?: PotassiumTrigger[]
  /** An earlier tracing of the same person whose potassium is known to have been normal (`referenceFor`). */
  reference?: OwnReference
}

/** Why a potassium asks for a screen. */
export interface PotassiumTrigger {
  kind: 'haemolysed' | 'missing' | 'high'
  /** Versioned reference. */
  reference: string
  /** Of a high one: the limit, mmol/L. */
  above?: number
}

/** The person's own tracing at a normal potassium: what the new one is compared with. Both versions belong in the basis. */
export interface OwnReference {
  /** Versioned reference of the tracing. */
  ecg: string
  /** Final, not haemolysed, 3.5 to 5.0 mmol/L, collected near that tracing; absent where a data folder vouches for it. */
  potassium?: { reference: string; value: number }
  /** Whole days before the tracing that is screened. */
  days?: number
  lead: { samples: Float64Array; rateHz: number; unit: string }
}

export const LABELS = ['k-gt-5.5', 'k-ge-6.0', 'k-gt-6.5', 'k-lt-3.5'] as const
export type Label = (typeof LABELS)[number]
export type Probabilities = Partial<Record<Label, number>>

/** Bands of the site's policy, rising. `very-high` is the top band of P(K >= 6.0): its alert is never suppressed. */
export const BANDS = ['low', 'medium', 'high', 'very-high'] as const
export type Band = (typeof BANDS)[number]

export interface SignalVerdict {
  verdict: 'acceptable' | 'limited' | 'unacceptable'
  /** Codes of his-bundle-concepts, kind quality. */
  reasons: string[]
}

/** The potassium that would fit the tracing, and between which values it is expected. Never a laboratory result. */
export interface PotassiumEstimate {
  /** mmol/L. */
  mean: number
  interval: [low: number, high: number]
  /** Share of the calibration cases whose potassium lay in their interval. */
  coverage: number
}

/** What one part of the beat does to the score. */
export interface SegmentContribution {
  segment: SegmentName
  /** Fall of the logit of P(K > 5.5) without it, or with the usual one in its place: above 0 it speaks for a high potassium. */
  drop: number
  measured: SegmentMeasure[]
  /** The same of the own reference, whose segment took this one's place; absent where a straight line did. */
  usual?: SegmentMeasure[]
}

/** A measurement of Lead I beside the same of the own reference tracing. */
export interface SerialChange {
  name: 't-amplitude' | 't-width' | 'p-amplitude' | 'pr-interval' | 'qrs-duration'
  now: number
  earlier: number
  unit: 'mV' | 'ms'
}

export interface ReferenceFindings {
  /** Versioned reference of the tracing. */
  ecg: string
  /** mmol/L beside it; absent where a data folder did not say. */
  potassium?: number
  /** Whole days before. */
  days?: number
  /** What the score would be from this tracing alone; absent where the model takes no reference. */
  without?: Probabilities
  changes: SerialChange[]
}

/** What a model of this role may leave out; said with the reason `unsupported`. */
export type Unsupported = 'k-ge-6.0' | 'interval'

export type PocketKFindings =
  | { kind: 'refused'; code: string; quality?: SignalVerdict }
  | {
      kind: 'scored'
      probabilities: Probabilities
      /** P(K > 5.5) of each 10 s clip. */
      clips: number[]
      /** Standard deviation of the clips; 0 of one. */
      clipSpread: number
      quality: SignalVerdict
      /** Band of each label that the site's policy bands; the most urgent of the hyperkalaemia bands in `band`. */
      bands: Partial<Record<Label, Band>>
      band?: Band
      performance?: Performance
      /** Whether the score is calibrated; if not it is worded as score and no predictive value is shown. */
      calibrated: boolean
      unsupported: Unsupported[]
      /** Only where the site asked for it. */
      potassium?: PotassiumEstimate
      reference?: ReferenceFindings
      /** The parts of the beat, the one that raises the score most first; empty where the site turned it off. */
      occlusion: SegmentContribution[]
      /** The site asked for the estimate: one that the model cannot give is then said to be missing. */
      estimateAsked?: boolean
      /** Sentences for the report, the most important first. */
      explanation: string[]
    }
