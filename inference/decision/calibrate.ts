import { AppError } from '../../core/errors/app-error.ts'
import type { ModelManifest } from '../../core/model.ts'
import { expit } from './logit.ts'

/** Calibrated probabilities stay this far from 0 and 1, so that their log odds stay finite. */
const CLIP = 1e-6

/**
 * The calibrated probability of a model's raw output, by `calibration` of its model.json. Every method is monotone: it
 * changes what a score is called, never the order of two cases (equal steps of an isotonic fit excepted).
 *
 * With z the raw logit and s = 1 / (1 + e^-z):
 * | method | params | p |
 * |---|---|---|
 * | `none` | - | s, a score and no probability |
 * | `temperature` | `temperature` > 0 | 1 / (1 + e^-(z / temperature)) (Guo 2017) |
 * | `platt` | `slope` > 0, `intercept` | 1 / (1 + e^-(slope z + intercept)) (Platt 1999, on the logit) |
 * | `beta` | `a`, `b` >= 0, not both 0, `c` | 1 / (1 + e^-(a ln s - b ln(1 - s) + c)) (Kull 2017, eq. 4) |
 * | `isotonic` | `x` rising logits, `y` probabilities, not falling | straight lines between the knots, level outside them |
 *
 * Deviation: lines between the knots of an isotonic fit and not steps, since a step makes two nearly equal stays differ
 * by a band. `params.inGraph: true`: the graph has done it already, and p = s. Held to 1e-6 .. 1 - 1e-6, except of `none`.
 *
 * @example calibrated(-1, { method: 'platt', params: { slope: 1.2, intercept: 0.1 } }) // 0.2497398944048824
 * @param rawLogit finite log odds as the graph gives them
 * @throws AppError MODEL_UNAVAILABLE reason `calibration` for an unknown method or parameters that are not monotone
 */
export function calibrated(rawLogit: number, { method, params = {} }: ModelManifest['calibration']): number {
  if (method === 'none') return expit(rawLogit)
  return Math.min(
    1 - CLIP,
    Math.max(CLIP, params['inGraph'] === true ? expit(rawLogit) : fitted(rawLogit, method, params))
  )
}

function fitted(z: number, method: string, params: Record<string, unknown>): number {
  switch (method) {
    case 'temperature':
      return expit(z / positive(params, 'temperature'))
    case 'platt':
      return expit(positive(params, 'slope') * z + finite(params, 'intercept'))
    case 'beta': {
      const [a, b] = [finite(params, 'a'), finite(params, 'b')]
      if (a < 0 || b < 0 || a + b === 0) throw wrong('a, b')
      return expit(-a * log1pExp(-z) + b * log1pExp(z) + finite(params, 'c'))
    }
    case 'isotonic':
      return between(z, knots(params))
    default:
      throw wrong('method')
  }
}

/** ln(1 + e^z) without overflow: -ln s of -z, -ln(1 - s) of z. */
const log1pExp = (z: number): number => (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)))

function between(z: number, { x, y }: { x: number[]; y: number[] }): number {
  const above = x.findIndex((knot) => knot >= z)
  if (above === -1) return y.at(-1)!
  if (above === 0) return y[0]!
  const share = (z - x[above - 1]!) / (x[above]! - x[above - 1]!)
  return y[above - 1]! + share * (y[above]! - y[above - 1]!)
}

function knots({ x, y }: Record<string, unknown>): { x: number[]; y: number[] } {
  if (!isNumbers(x) || !isNumbers(y) || x.length === 0 || x.length !== y.length) throw wrong('x, y')
  for (let i = 1; i < x.length; i++) if (x[i]! <= x[i - 1]! || y[i]! < y[i - 1]!) throw wrong('x, y')
  if (y[0]! < 0 || y.at(-1)! > 1) throw wrong('y')
  return { x, y }
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one))

function finite(params: Record<string, unknown>, name: string): number {
  const value = params[name]
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name)
  return value
}

function positive(params: Record<string, unknown>, name: string): number {
  const value = finite(params, name)
  if (value <= 0) throw wrong(name)
  return value
}

const wrong = (at: string) => new AppError('MODEL_UNAVAILABLE', { reason: 'calibration', at })
