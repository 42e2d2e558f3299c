import type { ClinicalKey, Features } from '../types.ts'

/** How one clinical variable enters the similarity of two stays (paper; specs 06 section 3). */
export interface ClinicalScale {
  weight: number
  /** Values are clipped to it. */
  range: readonly [number, number]
  /** Logarithm of value and range alike: the paper's code took that of the value only, which left the scale. */
  log?: boolean
  /** Severity limits; two values that one of them parts are .1 further from each other. */
  cuts: readonly number[]
  /** Features that hold it, the first that is there counts: of a stay's window, or a table's column. */
  features: readonly string[]
}

/**
 * SOFA is that of the organs that have a value (sofa.ts); a table's number of comorbidities stands for Charlson's index. No data
 * set here holds APACHE III.
 *
 * Glasgow coma score falls with severity: a limit parts 'at most' from 'above', of the others 'below' from 'at least'.
 */
export const CLINICAL: Readonly<Record<ClinicalKey, ClinicalScale>> = {
  apache: { weight: 3.5, range: [0, 150], cuts: [40, 80, 120], features: [] },
  sofa: { weight: 3, range: [0, 24], cuts: [6, 12, 20], features: ['sofa.partial', 'sofa'] },
  gcs: { weight: 2, range: [3, 15], cuts: [8, 5, 3], features: ['gcs.min'] },
  lactate: { weight: 2, range: [0.5, 10], log: true, cuts: [2, 4, 8], features: ['lactate.max'] },
  creatinine: { weight: 2, range: [0.3, 10], log: true, cuts: [1.2, 2, 4], features: ['creatinine.max', 'crea'] },
  charlson: { weight: 1.5, range: [0, 30], cuts: [2, 5, 8], features: ['charlson', 'num.co'] },
  map: { weight: 1.5, range: [40, 120], cuts: [], features: ['mean-arterial-pressure.mean', 'meanbp'] }
}

export type ClinicalValues = Partial<Record<ClinicalKey, number>>

/** The clinical variables of a stay that are known. */
export function clinicalValues(features: Features): ClinicalValues {
  const values: ClinicalValues = {}
  for (const [key, { features: names }] of Object.entries(CLINICAL)) {
    const found = names.map((name) => features[name]).find((value) => value !== undefined && value !== null)
    if (found !== undefined && found !== null) values[key as ClinicalKey] = found
  }
  return values
}
