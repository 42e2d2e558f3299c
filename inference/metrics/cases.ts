import type { Scored } from './scored.ts'

/** One judged prediction with its strata: what subgroup reports, drift and recalibration are made of. */
export interface GroupedCase extends Scored {
  /** 'sex' -> 'female', 'age' -> '65-74', 'race', 'site', 'device', 'quality' ...; absent where not recorded. */
  groups: Record<string, string>
  /** When the prediction was about (ISO instant). */
  at?: string
  /** What other versions of the same answer said. */
  variants?: Record<string, number>
}

/** Age bands of subgroup reports (specs README section L). */
export const AGE_BANDS = ['<30', '30-49', '50-64', '65-74', '75-84', '85+'] as const

export const ageBand = (years: number): (typeof AGE_BANDS)[number] =>
  years < 30 ? '<30' : years < 50 ? '30-49' : years < 65 ? '50-64' : years < 75 ? '65-74' : years < 85 ? '75-84' : '85+'
