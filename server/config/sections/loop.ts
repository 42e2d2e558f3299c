import { AppError } from '../../../core/errors/app-error.ts'
import { defineSection } from './section.ts'

/** Who is asked about drift and gaps, and what counts as either (docs/closed-loop.md). */
export interface LoopConfig {
  /** Who gets the Tasks; '': alerts.fallbackOwner. */
  owner: string
  /** Strata that are compared for a gap in sensitivity. */
  fairnessAttributes: string[]
  /** Odds ratio that the calibration chart is tuned to; its inverse for the other direction. */
  cusumOddsRatio: number
  /** Population stability index from which a week is a breach, if it also exceeds what chance does. */
  psiBreach: number
}

export const loop = defineSection<LoopConfig>(
  { owner: '', fairnessAttributes: ['sex', 'age', 'race'], cusumOddsRatio: 2, psiBreach: 0.25 },
  [],
  (given) => {
    const refuse = (key: keyof LoopConfig): never => {
      throw new AppError('CONFIG_INVALID', { at: `loop.${key}`, reason: 'value' })
    }
    if (typeof given.owner !== 'string') refuse('owner')
    const { fairnessAttributes } = given
    if (!Array.isArray(fairnessAttributes) || !fairnessAttributes.every((one) => /^[a-z][\w.-]{0,31}$/i.test(one)))
      refuse('fairnessAttributes')
    if (!(given.cusumOddsRatio > 1 && given.cusumOddsRatio <= 10)) refuse('cusumOddsRatio')
    if (!(given.psiBreach >= 0.1 && given.psiBreach <= 5)) refuse('psiBreach')
    return given
  }
)
