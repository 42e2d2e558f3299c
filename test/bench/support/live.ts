/** Live streams of the benches: a rate that Pocket-K takes. */
export const RATE_HZ = 500

export interface LivePerson {
  mrn: string
  family: string
  birthDate: string
}

/** Milliseconds from the last sample of a strip of so many seconds. */
export interface StripTimes {
  seconds: number
  accepted: number
  'pocket-k': number
  ecgomics: number
}
