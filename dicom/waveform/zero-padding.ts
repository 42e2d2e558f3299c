/** A shorter run of zeros in all channels at once can be signal. */
const MIN_RUN_SECONDS = 0.2

/**
 * Padding for files whose Waveform Padding Value is 0 although the samples are signed, so that every crossing of the baseline
 * would count as missing (ECGToolkit's writer does this; its aECG of the same tracing has plain zeros there). Such a padding
 * value is honoured only where all channels are 0 together for at least 0.2 s. Deviation from PS3.3 C.10.9.1.7, for that reason.
 * @param counts [channel][instant], changed in place: padded samples become NaN
 */
export function padLongZeroRuns(counts: Float64Array[], rateHz: number): void {
  const length = counts[0]?.length ?? 0
  const minRun = Math.ceil(MIN_RUN_SECONDS * rateHz)
  for (let from = 0; from < length; from++) {
    let to = from
    while (to < length && counts.every((channel) => channel[to] === 0)) to++
    if (to - from >= minRun) for (const channel of counts) channel.fill(Number.NaN, from, to)
    if (to > from) from = to
  }
}
