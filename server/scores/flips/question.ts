import type { Attribute, Demographics } from './twins.ts'

/** One stay as somebody in particular: what is asked of a predictor. */
export interface Question<Stay> {
  /** '<stay>' as recorded, '<stay>/<twin>' else. */
  id: string
  stay: Stay
  person: Demographics
}

export type Answer =
  /**
   * By variant: 'served', and what the predictor says of its parts ('base'), or a label. In the terms of the target's scale.
   * `inputs`: the numbers that it went by, where they are known, by name; null is missing.
   */
  | { values: Record<string, number>; inputs?: Record<string, number | null> }
  /** It answered that it has no answer. */
  | { refused: string }
  /** It did not answer. */
  | { unanswered: string }

/** What the numbers are: a probability, points from `min` to `max`, or measurements, each in its own unit and without bounds. */
export interface AnswerScale {
  unit: 'probability' | 'points' | 'measurement'
  min: number
  max: number
}

/** Whoever can be asked: a module of ours through its runtime, a vendor by messages. */
export interface FlipTarget<Stay> {
  /** 'cap-icu', 'score:vendor-ews' */
  name: string
  scale: AnswerScale
  /** False where the attribute cannot reach what gives this variant; a vendor's inputs are what we sent. */
  isInput(attribute: Attribute, variant: string): boolean
  /** Answers by question id; a missing one counts as unanswered. */
  ask(questions: readonly Question<Stay>[]): Promise<ReadonlyMap<string, Answer>>
}
