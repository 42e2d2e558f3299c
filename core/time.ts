/**
 * A point in time as clinical systems send it. `instant` is the place on the time line; `text` is what was sent.
 * precision says what `instant` is worth: a date alone is never midnight (rules section 3): then `instant` is absent.
 */
export interface ClinicalTime {
  instant?: string
  text: string
  precision: 'year' | 'month' | 'day' | 'minute' | 'second' | 'fraction'
  /** True when a zone-less time fell into the hour that daylight saving repeats. */
  ambiguous?: boolean
}
