import { standardDeviation } from '../hrv/moments.ts'

/** Usual tolerance r: a fifth of the series' standard deviation (Pincus SM 1991, PNAS 88:2297). */
export const tolerance = (series: Float64Array): number => 0.2 * standardDeviation(series)

/**
 * Comparisons of templates grow with the square of the length: of a longer series the first 10,000 intervals (two to three
 * hours) are taken, which also keeps it nearly stationary, as these entropies assume.
 */
export const MOST_COMPARED = 10_000
