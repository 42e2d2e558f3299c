/** A calibration pulse lasts 200 ms; shorter runs may be the signal. */
const MIN_PULSE_S = 0.1
/** What carts append is half a second: 200 ms of nothing, 200 ms of pulse, 100 ms of nothing. */
const MAX_TAIL_S = 2
const BEFORE_PULSE_S = 0.2

/**
 * Sample at which a recording ends and what the cart appended begins: the same in all channels, zero but for a pulse of
 * exactly 1 mV, up to the last sample. undefined when nothing was appended. To leave it in would add a beat to the rhythm.
 *
 * @param channels counts of all channels, also of those that no lead uses
 * @param pulse counts of 1 mV
 */
export function calibrationStart(channels: readonly Float64Array[], pulse: number, rateHz: number): number | undefined {
  const [first] = channels
  if (!first || channels.length < 2 || !Number.isInteger(pulse)) return undefined
  const isAppended = (n: number): boolean =>
    (first[n] === 0 || first[n] === pulse) && channels.every((values) => values[n] === first[n])
  let start = first.length
  let pulses = 0
  let firstPulse = start
  while (start > 0 && isAppended(start - 1)) {
    start--
    if (first[start] !== pulse) continue
    pulses++
    firstPulse = start
  }
  // A silent recording before it may be zero too, and stays the recording's.
  start = Math.max(start, firstPulse - Math.round(BEFORE_PULSE_S * rateHz))
  const seconds = (first.length - start) / rateHz
  return pulses >= MIN_PULSE_S * rateHz && seconds <= MAX_TAIL_S && start > 0 ? start : undefined
}
