import type { CapIcuInput, Estimate, Features, RetrievedCase } from '../types.ts'

/** A stay as every predictor sees it: what was recorded, and the statistics made of it. */
export interface StayView {
  input: CapIcuInput
  features: Features
}

export interface Question {
  /**
   * base: the stay as it is. fair: protected attributes must not move the answer, and no case is shown. cap: fair, with the
   * retrieved cases. flip: as cap, of a stay with one attribute changed; no explanation is asked for.
   */
  variant: 'base' | 'fair' | 'cap' | 'flip'
  cases: readonly RetrievedCase[]
  /** What the same predictor said of the stay without cases (0..1), where it was asked before: of cap the fair answer. */
  base?: number
}

export interface Answer extends Estimate {
  /** Logits by which the cases moved the answer; 0 without cases. */
  shift: number
}

/**
 * What estimates the risk of death: the local model, or a language model. Probabilities are the predictor's own, before the
 * site's prevalence and calibration.
 */
export interface Predictor {
  kind: 'local' | 'language-model'
  name: string
  version: string
  /** Whether its probabilities were calibrated on data; if not, they are worded as scores. */
  calibrated: boolean
  /** Whether changing the attribute can change the answer at all, cases aside. */
  reads(attribute: 'sex' | 'race' | 'age'): boolean
  /** Told beforehand which stays will be asked about, so that one run of the model serves all. */
  prepare?(stay: StayView, flips: readonly StayView[]): Promise<void>
  /** @throws AppError MODEL_UNAVAILABLE when no valid answer is to be had; INFERENCE_FAILED for an invalid output */
  predict(stay: StayView, question: Question): Promise<Answer>
}
