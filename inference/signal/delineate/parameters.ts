import type { WaveName } from '../delineation.ts'

/**
 * Numbers of the search, all set on LUDB records 1-130 (Kalyakulina et al. 2020, IEEE Access 8:186181) and on nothing
 * else. Lengths in samples at WORK_HZ (2 ms each) unless the name says otherwise.
 */

export const QRS = {
  /** Reach of the search before and after the fiducial: 140 and 180 ms hold any QRS. */
  before: 70,
  after: 90,
  /** Slope that surely belongs to QRS, as a part of its steepest slope. */
  sure: 0.17,
  sureAllLeads: 0.17,
  /** Over a pause of this length (32 ms) QRS goes on. */
  pause: 16,
  /** Slope at which QRS has ended, as a part of its steepest: over all leads, and in one lead. */
  allLeadsEdge: 0.06,
  onsetEdge: 0.045,
  offsetEdge: 0.075,
  /** The slope must stay under it for 10 ms. */
  quiet: 5,
  /** A lead's edge is sought this far outside the edge of all leads. */
  beyond: 6,
  /** Multiple of the resting slope that counts as movement. */
  aboveRest: 2.5
}

export interface SlowWaveParameters {
  /** Arm of the chord over which the wave must stand out. */
  arm: number
  /** A lead's peak lies within this of the peak of all leads. */
  near: number
  /** Farthest onset before and farthest offset after the peak. */
  before: number
  after: number
  /** Slope at the edge as a part of the steepest slope of that flank. */
  onsetPart: number
  offsetPart: number
}

export const T_WAVE: SlowWaveParameters & { afterQrs: number; beforeNextQrs: number; longestQt: number } = {
  arm: 45,
  near: 40,
  before: 110,
  after: 120,
  onsetPart: 0.32,
  offsetPart: 0.32,
  /** Room between QRS and the T search, and between that and the next QRS. */
  afterQrs: 10,
  beforeNextQrs: 20,
  /** Longest QT looked for: this many seconds at RR 1 s, growing with the root of RR (Bazett 1920). */
  longestQt: 0.54
}

export const P_WAVE: SlowWaveParameters & {
  beforeQrs: number
  reach: number
  usual: number
  spread: number
  compare: number
  drift: number
  irregular: number
  alikeIrregular: number
  alikeRegular: number
  alikeBeat: number
} = {
  arm: 36,
  near: 28,
  before: 60,
  after: 60,
  onsetPart: 0.45,
  offsetPart: 0.7,
  /** The search ends this long before QRS and reaches back this far (320 ms). */
  beforeQrs: 7,
  reach: 160,
  /** Usual distance of the peak of P from QRS, and how weakly it is held to: 120 and 160 ms. */
  usual: 60,
  spread: 80,
  /** Half width of what is compared between beats, and by how much P may drift against QRS. */
  compare: 36,
  drift: 12,
  /** Median change from one RR to the next, as a part of RR, above which the rhythm is irregular. */
  irregular: 0.1,
  /** Median correlation of a beat's P segment with that of the others at which P is there. */
  alikeIrregular: 0.75,
  alikeRegular: 0.6,
  /** Correlation at which a single beat has it. */
  alikeBeat: 0.4
}

/** Of a deviation: the part that is kept, and where it ends. */
export interface Shrinkage {
  own: number
  limitMs: number
}

export type Rules = Record<WaveName, Shrinkage>

/** Edges of a lead against those of the other leads of the beat. */
export const TOGETHER: Rules = {
  p: { own: 0.5, limitMs: 40 },
  qrs: { own: 0.4, limitMs: 30 },
  t: { own: 0.5, limitMs: 60 }
}

/**
 * The same before global marks are drawn. The rule of the second lead takes the ends of the spread between leads, and people's
 * marks spread more than a search does whose windows hold on to all leads: without this, QRS and QT come out 10 ms short.
 */
export const FOR_GLOBAL: Rules = {
  p: { own: 1, limitMs: 40 },
  qrs: { own: 1.5, limitMs: 30 },
  t: { own: 1.4, limitMs: 60 }
}

/** Edges of a beat against those of the other beats of the lead. */
export const OVER_BEATS: Rules = {
  p: { own: 0.5, limitMs: 60 },
  qrs: { own: 0.5, limitMs: 32 },
  t: { own: 0.5, limitMs: 75 }
}
