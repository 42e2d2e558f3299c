/** Eight independent leads, in the order of the matrix. */
export const KORS_LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const

/** Kors JA et al. 1990, Eur Heart J 11:1083, regression matrix; rows X (left), Y (feet), Z (back). */
const KORS = [
  [0.38, -0.07, -0.13, 0.05, -0.01, 0.14, 0.06, 0.54],
  [-0.07, 0.93, 0.06, -0.02, -0.05, 0.06, -0.17, 0.13],
  [0.11, -0.23, -0.43, -0.06, -0.14, -0.2, -0.11, 0.31]
] as const

export type Vector = readonly [x: number, y: number, z: number]

/**
 * Frank's orthogonal leads from eight leads' values (samples, or areas, since the map is linear), by Kors' matrix.
 *
 * @param values of I, II, V1 ... V6 (`KORS_LEADS`), any unit
 * @returns X, Y, Z in that unit
 * @example korsVector([1, 0, 0, 0, 0, 0, 0, 0]) // [0.38, -0.07, 0.11]
 */
export function korsVector(values: readonly number[]): Vector {
  const row = (weights: readonly number[]): number => weights.reduce((sum, weight, i) => sum + weight * values[i]!, 0)
  return [row(KORS[0]), row(KORS[1]), row(KORS[2])]
}

/**
 * Frank's orthogonal leads, sample by sample.
 * @param leads Float64Array each, mV, in the order of `KORS_LEADS`, same length
 */
export function korsLeads(leads: readonly Float64Array[]): [Float64Array, Float64Array, Float64Array] {
  const axis = (weights: readonly number[]): Float64Array => {
    const out = new Float64Array(leads[0]?.length ?? 0)
    weights.forEach((weight, lead) => {
      const samples = leads[lead]!
      for (let i = 0; i < out.length; i++) out[i]! += weight * samples[i]!
    })
    return out
  }
  return [axis(KORS[0]), axis(KORS[1]), axis(KORS[2])]
}

export const vectorLength = ([x, y, z]: Vector): number => Math.hypot(x, y, z)

/**
 * Angle between two vectors in space: the spatial QRS-T angle when they are the areas of QRS and T (Scherptong RWC et al.
 * 2008, J Electrocardiol 41:648; mean vectors).
 *
 * @returns deg, 0 to 180; NaN when one has no length
 * @example vectorAngle([1, 0, 0], [0, 2, 0]) // 90
 */
export function vectorAngle(a: Vector, b: Vector): number {
  const lengths = vectorLength(a) * vectorLength(b)
  if (!(lengths > 0)) return Number.NaN
  const cosine = (a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) / lengths
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI
}
