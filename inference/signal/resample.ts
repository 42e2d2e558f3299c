/** Half width of the interpolation kernel in zero crossings; 16 keeps the error under 0.1 % below 80 % of Nyquist. */
const ZERO_CROSSINGS = 16
/** Kaiser window with this beta falls to -80 dB. */
const KAISER_BETA = 8

/**
 * The same signal at another rate, by a windowed sinc (Crochiere and Rabiner 1983, chapter 2; Kaiser window). The low-pass
 * lies at the lower of the two Nyquist frequencies. Ratios of small integers (250, 360, 1000 to 500 Hz) use a fixed set
 * of polyphase filters; others compute each weight.
 *
 * The ends are mirrored point-symmetrically (2 x[0] - x[i]), so that an offset does not ring.
 *
 * @param samples Float64Array, finite
 * @returns Float64Array of round(length x toHz / fromHz) samples; the first stands at the time of the first input sample
 * @example resample(Float64Array.of(1, 1, 1, 1), { fromHz: 250, toHz: 500 }).length // 8
 */
export function resample(samples: Float64Array, { fromHz, toHz }: { fromHz: number; toHz: number }): Float64Array {
  if (fromHz === toHz) return Float64Array.from(samples)
  const length = Math.round((samples.length * toHz) / fromHz)
  const scale = Math.min(1, toHz / fromHz)
  const halfWidth = ZERO_CROSSINGS / scale
  const filters = new Map<number, Float64Array>()
  const out = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    const position = (i * fromHz) / toHz
    const base = Math.floor(position)
    // Phases of a rational ratio repeat; rounding makes equal ones meet in the map.
    const phase = Math.round((position - base) * 1e9) / 1e9
    let filter = filters.get(phase)
    if (!filter) {
      filter = phaseFilter(phase, { scale, halfWidth })
      // An irrational ratio would never repeat a phase: the map stays small.
      if (filters.size < 1000) filters.set(phase, filter)
    }
    const first = base - (filter.length / 2 - 1)
    let sum = 0
    // Away from the ends nothing is mirrored, and plain indexing is several times faster.
    if (first >= 0 && first + filter.length <= samples.length) {
      for (let k = 0; k < filter.length; k++) sum += filter[k]! * samples[first + k]!
    } else for (let k = 0; k < filter.length; k++) sum += filter[k]! * mirrored(samples, first + k)
    out[i] = sum
  }
  return out
}

/** Weights for input samples base - n + 1 .. base + n, normalised to keep a constant constant. */
function phaseFilter(phase: number, { scale, halfWidth }: { scale: number; halfWidth: number }): Float64Array {
  const n = Math.ceil(halfWidth)
  const filter = new Float64Array(2 * n)
  let sum = 0
  for (let k = 0; k < filter.length; k++) {
    const distance = k - (n - 1) - phase
    filter[k] = scale * sinc(distance * scale) * kaiser(distance / halfWidth)
    sum += filter[k]!
  }
  return filter.map((weight) => weight / sum)
}

function mirrored(samples: Float64Array, index: number): number {
  const last = samples.length - 1
  if (index >= 0 && index <= last) return samples[index]!
  if (index < 0) return 2 * samples[0]! - samples[Math.min(last, -index)]!
  return 2 * samples[last]! - samples[Math.max(0, 2 * last - index)]!
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))

const kaiser = (x: number): number =>
  Math.abs(x) > 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / besselI0(KAISER_BETA)

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}
