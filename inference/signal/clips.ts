export interface Clip {
  /** Exactly the wanted number of samples. */
  samples: Float64Array
  /** Index of the first sample within the recording. */
  from: number
  /** Zeros that were added at the end. */
  padded: number
}

/**
 * Pieces of the length a model wants. Shorter: one clip, zero-padded at the end. Between one and three lengths: the
 * centre. Three lengths or more (a 30 s strip): three clips, at the start, centre and end of the first three lengths'
 * worth around the centre (specs 02 section 2).
 *
 * @param samples Float64Array at the model's rate
 */
export function clipsOf(samples: Float64Array, length: number): Clip[] {
  if (samples.length < length) {
    const padded = new Float64Array(length)
    padded.set(samples)
    return [{ samples: padded, from: 0, padded: length - samples.length }]
  }
  const count = samples.length >= 3 * length ? 3 : 1
  const start = Math.floor((samples.length - count * length) / 2)
  return Array.from({ length: count }, (_, i) => {
    const from = start + i * length
    return { samples: samples.slice(from, from + length), from, padded: 0 }
  })
}
