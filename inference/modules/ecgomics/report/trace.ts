/** Bins a second on paper: 0.2 mm at 25 mm/s, finer than a pen. */
const BINS_PER_SECOND = 125

/**
 * The samples of a span as pen strokes: in each bin the lowest and the highest value in the order they came, so that no
 * spike is lost; a missing sample (NaN) lifts the pen.
 *
 * @param samples Float64Array, mV
 * @param toX millimetres of a sample number, @param toY millimetres of a value
 * @returns runs x0, y0, x1, y1 ... of at least two points each
 */
export function penStrokes(
  samples: Float64Array,
  { from, to, rateHz }: { from: number; to: number; rateHz: number },
  { toX, toY }: { toX(sample: number): number; toY(value: number): number }
): Float64Array[] {
  const runs: Float64Array[] = []
  let run: number[] = []
  const lift = (): void => {
    if (run.length >= 4) runs.push(Float64Array.from(run))
    run = []
  }
  const step = Math.max(1, rateHz / BINS_PER_SECOND)
  const end = Math.min(to, samples.length)
  for (let bin = 0; from + bin * step < end; bin++) {
    const first = Math.floor(from + bin * step)
    const last = Math.min(end, Math.max(first + 1, Math.floor(from + (bin + 1) * step)))
    let low = -1
    let high = -1
    let isMissing = false
    for (let i = first; i < last; i++) {
      const value = samples[i]!
      if (!Number.isFinite(value)) isMissing = true
      else {
        if (low < 0 || value < samples[low]!) low = i
        if (high < 0 || value > samples[high]!) high = i
      }
    }
    if (isMissing) lift()
    if (low < 0) continue
    for (const i of low === high ? [low] : low < high ? [low, high] : [high, low]) run.push(toX(i), toY(samples[i]!))
    if (isMissing) lift()
  }
  lift()
  return runs
}

/** Middle value of the finite samples of a span: what is drawn on the lead's base line; 0 where there is none. */
export function restingLevel(samples: Float64Array, { from, to }: { from: number; to: number }): number {
  const finite = samples.slice(from, to).filter(Number.isFinite).sort()
  return finite[finite.length >> 1] ?? 0
}
