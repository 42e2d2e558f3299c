/**
 * Does something to each stretch without missing samples, as if it stood alone; what is missing stays NaN.
 *
 * @param work gets a view that it must not change, and returns as many samples in an array of its own
 */
export function overFiniteRuns(samples: Float64Array, work: (run: Float64Array) => Float64Array): Float64Array {
  if (samples.length > 0 && isComplete(samples)) return work(samples)
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

/** Whether no sample is missing: a plain loop, since `every` calls out for each. */
export function isComplete(samples: Float64Array): boolean {
  for (let i = 0; i < samples.length; i++) if (!Number.isFinite(samples[i]!)) return false
  return true
}
