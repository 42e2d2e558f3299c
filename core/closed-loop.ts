import type { Resource } from '@medplum/fhirtypes'
import type { LeadingResult } from './leading-result.ts'
import type { RecordReader } from './record.ts'

/**
 * Closed loop (specs README section M): what a result foretold, kept beside what later turned out. The server joins both;
 * a module, or a score that another system sends, says only how to read them from the record.
 */
export interface LoopLabel {
  /** 'death.24h', 'k-gt-5.5', 'qt'. */
  key: string
  title: string
  /**
   * A probability is judged by AUROC, calibration and operating point; a score (points of a scale whose higher end is the
   * likelier, truth 0 | 1) by AUROC and operating point only, since points have no calibration; a measurement by its
   * differences.
   */
  kind: 'probability' | 'score' | 'measurement'
  unit?: string
  /**
   * From which truths of the same patient the first is taken: those within hours of the prediction's `at`, before and after;
   * or those of the same encounter.
   */
  window: { beforeHours: number; afterHours: number } | 'encounter'
}

export interface Prediction {
  /** LoopLabel.key */
  label: string
  /** 0..1 of a probability, points of a score, else in the label's unit. */
  value: number
  /** The site's cut, in the same terms, when it was served: at or above is positive. */
  threshold?: number
  /** What other versions of the same answer said ('base'): compared, never served. */
  variants?: Record<string, number>
}

/** What one leading result said when it was first written. */
export interface LoopResult {
  /** Acquisition, or the end of the window that was looked at (ISO instant). */
  at: string
  encounter?: string
  /** Empty when it refused. */
  predictions: Prediction[]
  refused?: string
  /** Strata that only the module knows (quality verdict, unit, comorbidity); sex, age band, race and site are added for every module alike. */
  groups?: Record<string, string>
  /** Numeric inputs whose distribution is watched for drift; null = missing. */
  inputs?: Record<string, number | null>
}

export interface Truth {
  /** LoopLabel.key; one event may be the truth of several labels. */
  label: string
  /** Business key of the event ('Observation/x'): it judges at most one prediction of a label. */
  key: string
  /** Versioned reference of the resource that says it. */
  reference: string
  /** When it came about: collection time, death, end of the encounter (ISO instant). */
  at: string
  encounter?: string
  /** 0 | 1 of a probability's and a score's label, else in the label's unit. */
  value: number
}

export interface ClosedLoop {
  labels: readonly LoopLabel[]
  /** FHIR resource types whose changes may bring, change or take back a truth. */
  listensTo: readonly string[]
  /** Undefined: not one of ours. Retracted results are dropped by the server. */
  predictions(
    result: LeadingResult,
    record: RecordReader,
    policy: Record<string, unknown>
  ): Promise<LoopResult | undefined>
  /**
   * A cheap look at a resource of `listensTo` that changed: can it be a truth? What was one before is remembered by the server.
   * Absent: every change is thought over.
   */
  mayBeTruth?(resource: Resource): boolean
  /**
   * All truths of a patient ('Patient/..') as the record stands now; what was corrected away or retracted is not among them.
   */
  truths(patient: string, record: RecordReader, policy: Record<string, unknown>): Promise<Truth[]>
}
