import { AppError } from '../../../core/errors/app-error.ts'
import { responseAt, type Section } from './sections.ts'

/** Which band stays: below `highHz`, above `lowHz`, or between both (-3 dB each). */
export interface Pass {
  lowHz?: number
  highHz?: number
}

interface Complex {
  re: number
  im: number
}

/**
 * Butterworth filter as second-order sections by the bilinear transform with prewarped corners (Butterworth 1930;
 * Oppenheim and Schafer, Discrete-Time Signal Processing, chapter 7). A band-pass has twice the order, as usual.
 * Deviation from scipy.signal.butter: the sections come in another order and each has gain 1 in the pass band; the
 * response is the same to 1e-9.
 *
 * @param order 1 to 8
 * @throws AppError BAD_REQUEST when a corner is not between 0 and half the rate, or the corners are in the wrong order
 * @example butterworth(4, { lowHz: 0.67, highHz: 40 }, 500).length // 4
 */
export function butterworth(order: number, { lowHz, highHz }: Pass, rateHz: number): Section[] {
  const corners = [lowHz, highHz].filter((hz) => hz !== undefined)
  const inside = corners.every((hz) => hz > 0 && hz < rateHz / 2)
  const rising = lowHz === undefined || highHz === undefined || lowHz < highHz
  if (!Number.isInteger(order) || order < 1 || order > 8 || corners.length === 0 || !inside || !rising) {
    throw new AppError('BAD_REQUEST', { reason: 'filter' })
  }
  const warped = (hz: number) => 2 * rateHz * Math.tan((Math.PI * hz) / rateHz)
  const unwarped = (w: number) => (rateHz / Math.PI) * Math.atan(w / (2 * rateHz))
  const low = lowHz === undefined ? undefined : warped(lowHz)
  const high = highHz === undefined ? undefined : warped(highHz)
  const poles = prototype(order).flatMap((pole) => transformed(pole, low, high))
  const zeros: Zeros = low === undefined ? 'nyquist' : high === undefined ? 'zero' : 'both'
  const passHz = low === undefined ? 0 : high === undefined ? rateHz / 2 : unwarped(Math.sqrt(low * high))
  return sectionsOf(
    poles.map((pole) => bilinear(pole, rateHz)),
    zeros
  ).map((section) => {
    const gain = responseAt([section], passHz, rateHz)
    return { ...section, b0: section.b0 / gain, b1: section.b1 / gain, b2: section.b2 / gain }
  })
}

/** Poles of the analogue low-pass with corner 1 rad/s: on the left half of the unit circle. */
const prototype = (order: number): Complex[] =>
  Array.from({ length: order }, (_, k) => {
    const angle = (Math.PI * (2 * k + order + 1)) / (2 * order)
    return { re: Math.cos(angle), im: Math.abs(2 * k + 1 - order) < 1e-9 ? 0 : Math.sin(angle) }
  })

/** Low-pass to low-pass (s/w), high-pass (w/s) or band-pass ((s^2 + w^2) / (s B)); w and B in rad/s. */
function transformed(pole: Complex, low: number | undefined, high: number | undefined): Complex[] {
  if (low === undefined) return [scaled(pole, high!)]
  if (high === undefined) {
    const size = pole.re ** 2 + pole.im ** 2
    return [{ re: (low * pole.re) / size, im: (-low * pole.im) / size }]
  }
  const half = scaled(pole, (high - low) / 2)
  const root = squareRoot({ re: half.re ** 2 - half.im ** 2 - low * high, im: 2 * half.re * half.im })
  return [
    { re: half.re + root.re, im: half.im + root.im },
    { re: half.re - root.re, im: half.im - root.im }
  ]
}

const scaled = ({ re, im }: Complex, by: number): Complex => ({ re: re * by, im: im * by })

function squareRoot({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im)
  const root = { re: Math.sqrt((size + re) / 2), im: Math.sqrt(Math.max(0, size - re) / 2) }
  return im < 0 ? { re: root.re, im: -root.im } : root
}

/** z = (2 fs + s) / (2 fs - s). */
function bilinear({ re, im }: Complex, rateHz: number): Complex {
  const k = 2 * rateHz
  const size = (k - re) ** 2 + im ** 2
  return { re: ((k + re) * (k - re) - im * im) / size, im: ((k + re) * im + im * (k - re)) / size }
}

/** Where the zeros of the filter lie: z = -1, z = 1, or one of each to a section. */
type Zeros = 'nyquist' | 'zero' | 'both'

function sectionsOf(poles: Complex[], zeros: Zeros): Section[] {
  const sections = poles
    .filter(({ im }) => im > 1e-12)
    .map(({ re, im }) => ({ ...numerator(zeros, 2), a1: -2 * re, a2: re * re + im * im }))
  const real = poles.filter(({ im }) => Math.abs(im) <= 1e-12).map(({ re }) => re)
  for (let i = 0; i + 1 < real.length; i += 2) {
    sections.push({ ...numerator(zeros, 2), a1: -(real[i]! + real[i + 1]!), a2: real[i]! * real[i + 1]! })
  }
  if (real.length % 2 === 1) sections.push({ ...numerator(zeros, 1), a1: -real.at(-1)!, a2: 0 })
  return sections
}

function numerator(zeros: Zeros, order: 1 | 2): Pick<Section, 'b0' | 'b1' | 'b2'> {
  if (zeros === 'both') return { b0: 1, b1: 0, b2: -1 }
  const sign = zeros === 'nyquist' ? 1 : -1
  return order === 1 ? { b0: 1, b1: sign, b2: 0 } : { b0: 1, b1: 2 * sign, b2: 1 }
}
