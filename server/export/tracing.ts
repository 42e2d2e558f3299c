import type { FeatureValue } from '../../inference/modules/ecgomics/types.ts'

/** One measured tracing as a research table knows it: no identifier, no name, no date. */
export interface ExportedTracing {
  /** Keyed hash. */
  tracing: string
  /** Keyed hash; of a file that names nobody the tracing's own. */
  patient: string
  /** Days since the person's first tracing in this export. */
  day?: number
  /** Whole years at acquisition; 90 stands for 90 and more. */
  age?: number
  sex?: string
  synthetic: boolean
  /** Path within the folder, when a folder was measured. */
  file?: string
  features: readonly FeatureValue[]
}

/** Ages above this are one class, as research data sets have it. */
const OLDEST = 90

export const shownAge = (age: number | undefined): number | undefined =>
  age === undefined ? undefined : Math.min(age, OLDEST)
