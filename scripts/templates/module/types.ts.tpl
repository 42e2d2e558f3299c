/** What is asked about: one lead. */
export interface Input {
  /** mV; NaN where a sample is missing. */
  samples: Float64Array
}

export type Findings = { kind: 'scored'; probability: number } | { kind: 'refused'; code: string }
