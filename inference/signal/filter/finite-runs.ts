/**
 * Does something to each stretch without missing samples, as if it stood alone; what is missing stays NaN.
 *
 * @param work gets a view that it must not change, and returns as many samples
 */
export function overFiniteRuns(samples: Float64Array, work: (run: Float64Array) => Float64Array): Float64Array {
  const out = new Float64Array(samples.length).fill(Number.NaN)
  let from = 0
  while (from < samples.length) {
    if (!Number.isFinite(samples[from]!)) {
      from++
      continue
    }
    let to = from + 1
    while (to < samples.length && Number.isFinite(samples[to]!)) to++
    out.set(work(samples.subarray(from, to)), from)
    from = to
  }
  return out
}
