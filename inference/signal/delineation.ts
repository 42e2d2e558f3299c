/**
 * The words in which beats and waves of an ECG are spoken of; types only. All positions are sample numbers of the
 * recording at its own rate, counted from its first sample; a fraction stands between two samples.
 */

export type WaveName = 'p' | 'qrs' | 't'

/** Which of the two delineators set a mark. */
export type DelineationPath = 'classical' | 'network'

/** One wave of one beat. An edge that cannot be seen is absent, never guessed. */
export interface WaveMark {
  onset?: number
  /** P and T: the largest deflection from the baseline. QRS: the R peak; the nadir where the lead has no R (QS). */
  peak: number
  offset?: number
  path: DelineationPath
}

/** The waves seen of one beat; an absent wave was not seen. */
export type BeatWaves = Partial<Record<WaveName, WaveMark>>

export interface Delineation {
  rateHz: number
  /** Fiducial of each beat (centre of QRS energy over all leads), rising. */
  beats: readonly number[]
  /** leads[i][k]: beat k as lead i shows it; same order as the recording's leads. */
  leads: BeatWaves[][]
  /** global[k]: beat k over all leads: 2nd earliest plausible onset, 2nd latest plausible offset (specs 01 section 4). */
  global: BeatWaves[]
  /** Whether atrial activity precedes the beats; 'absent' in atrial fibrillation and flutter: P and PR are then not given. */
  pWaves: 'present' | 'absent' | 'unclear'
}

export type BeatKind = 'normal' | 'supraventricular-ectopic' | 'ventricular-ectopic' | 'paced' | 'unclear'

/** A beat among the others of its recording. */
export interface ClassedBeat {
  at: number
  kind: BeatKind
  /** Shape cluster (correlation >= .9); 0 is the dominant one. */
  template: number
  /** Correlation with the template of its cluster, over all usable leads. */
  correlation: number
  /** RR to the beat before in ms; absent for the first and across a gap. */
  rrMs?: number
}

/** The median of the dominant cluster's beats, each aligned at its fiducial. Specs 01 section 4 (c). */
export interface MedianBeat {
  rateHz: number
  /** samples[i]: lead i, Float64Array in mV, baseline (PR segment) at 0; same length for all. */
  samples: Float64Array[]
  /** Sample of the fiducial in `samples`. */
  fiducial: number
  /** leads[i]: the waves of the median beat in lead i, sample numbers of `samples`. */
  leads: BeatWaves[]
  global: BeatWaves
  /** Indices of the beats that were averaged. */
  beats: number[]
  /** Standard error of the median's samples away from the waves, mV, per lead: residual noise. */
  noiseMv: number[]
}
