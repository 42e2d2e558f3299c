import { sampleEntropyOfAny } from './sample.ts'
import { MOST_COMPARED, tolerance } from './tolerance.ts'

/** 500 intervals leave 100 at scale 5. */
export const MULTISCALE_LEAST = { beats: 500 }

/**
 * Multiscale entropy. Costa M, Goldberger AL, Peng CK 2002 (Phys Rev Lett 89:068102): sample entropy of the means of 1, 2, 3 ...
 * neighbouring values, the tolerance staying that of the series itself.
 *
 * @param whole intervals (MOST_COMPARED are used) in ms of one unbroken run
 * @param scales how many scales, from 1 on
 * @returns one entry a scale, nats; an entry is undefined where nothing is alike; undefined under 499 intervals
 */
export function multiscaleEntropy(
  whole: Float64Array,
  { scales = 5, m = 2, r: width }: { scales?: number; m?: number; r?: number } = {}
): (number | undefined)[] | undefined {
  const series = whole.subarray(0, MOST_COMPARED)
  const r = width ?? tolerance(series)
  if (series.length < MULTISCALE_LEAST.beats - 1 || !(r > 0)) return undefined
  return Array.from({ length: scales }, (_, k) => sampleEntropyOfAny(coarse(series, k + 1), { m, r }))
}

/** Means of `scale` neighbours; an incomplete last group is left out. */
function coarse(series: Float64Array, scale: number): Float64Array {
  return Float64Array.from({ length: Math.floor(series.length / scale) }, (_, i) => {
    let sum = 0
    for (let k = 0; k < scale; k++) sum += series[i * scale + k]!
    return sum / scale
  })
}
