/** Worst values of a window; what was not recorded is absent. */
export interface OrganValues {
  /** PaO2 over the inspired fraction, mm[Hg]. */
  oxygenation?: number | null
  ventilated?: boolean
  /** 10*3/uL */
  platelets?: number | null
  /** mg/dL */
  bilirubin?: number | null
  /** mm[Hg] */
  meanPressure?: number | null
  gcs?: number | null
  /** mg/dL */
  creatinine?: number | null
  /** mL */
  urinePerDay?: number | null
}

const MIN_ORGANS = 3

/**
 * Sequential organ failure assessment of what is known (Vincent 1996): the sum over the organs that have a value.
 *
 * Deviations: vasopressors are not among the variables, so circulation gives at most 1; an organ without a value adds nothing,
 * and with fewer than three there is no score. Used to compare stays; it is not the SOFA that a site may hold.
 *
 * @example partialSofa({ platelets: 90, creatinine: 2.1, gcs: 15 }) // 4
 * @returns 0 to 21, or undefined
 */
export function partialSofa(values: OrganValues): number | undefined {
  const { oxygenation, ventilated, platelets, bilirubin, meanPressure, gcs, creatinine, urinePerDay } = values
  const kidney = [
    creatinine == null ? undefined : reached(creatinine, [1.2, 2, 3.5, 5]),
    urinePerDay == null ? undefined : urinePerDay < 200 ? 4 : urinePerDay < 500 ? 3 : 0
  ].filter((points) => points !== undefined)
  const organs = [
    oxygenation == null ? undefined : Math.min(fallen(oxygenation, [400, 300, 200, 100]), ventilated ? 4 : 2),
    platelets == null ? undefined : fallen(platelets, [150, 100, 50, 20]),
    bilirubin == null ? undefined : reached(bilirubin, [1.2, 2, 6, 12]),
    meanPressure == null ? undefined : fallen(meanPressure, [70]),
    gcs == null ? undefined : fallen(gcs, [15, 13, 10, 6]),
    kidney.length === 0 ? undefined : Math.max(...kidney)
  ].filter((points) => points !== undefined)
  return organs.length < MIN_ORGANS ? undefined : organs.reduce((total, points) => total + points, 0)
}

const reached = (value: number, limits: readonly number[]): number => limits.filter((limit) => value >= limit).length
const fallen = (value: number, limits: readonly number[]): number => limits.filter((limit) => value < limit).length
