import type { HorizonRisk } from './types.ts'

/** Years at which the risk is told. */
export const HORIZONS = [1, 5, 10] as const

/**
 * Risk of onset up to each year from the hazards of the years: 1 - product(1 - hazard); it never falls (specs 04 section 4).
 *
 * @param hazards of years 1, 2, 3 ...; 0..1
 * @example cumulative([0.1, 0.2]) // [0.1, 0.28]
 */
export function cumulative(hazards: ArrayLike<number>): number[] {
  let free = 1
  return Array.from(hazards, (hazard) => {
    free *= 1 - hazard
    return 1 - free
  })
}

/** Risk of each year beside that of age and sex. */
export function riskCurve(hazards: ArrayLike<number>, ageSex: ArrayLike<number> | undefined): HorizonRisk[] {
  const alone = ageSex && cumulative(ageSex)
  return cumulative(hazards).map((probability, i) => ({
    years: i + 1,
    probability,
    ...(alone ? { ageSex: alone[i]! } : {})
  }))
}
