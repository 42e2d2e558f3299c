import { standardDeviation } from '../hrv/moments.ts'

/** Usual tolerance r: a fifth of the series' standard deviation (Pincus SM 1991, PNAS 88:2297). */
export const tolerance = (series: Float64Array): number => 0.2 * standardDeviation(series)
