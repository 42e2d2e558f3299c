import { BANDS, type Band } from './types.ts'

/** Lower ends of the paper's six bands. */
export const BAND_FROM = [0, 0.05, 0.2, 0.4, 0.6, 0.85] as const

/** @example bandOf(0.2) // 'moderate' */
export const bandOf = (probability: number): Band => BANDS[BAND_FROM.findLastIndex((from) => probability >= from)]!
