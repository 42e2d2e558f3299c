import { AppError } from '../../../core/errors/app-error.ts'

/** What a site decides about the screen besides bands and operating points. */
export interface PocketKOptions {
  /** Show the potassium that would fit the tracing, with its interval. */
  estimatedPotassium: boolean
  /** Say which part of the beat made the score. */
  occlusion: boolean
  /** Clips of one strip whose P(K > 5.5) has a larger standard deviation are not answered. */
  clipSpreadLimit: number
}

const DEFAULTS: PocketKOptions = { estimatedPotassium: false, occlusion: true, clipSpreadLimit: 0.15 }

/** @throws AppError CONFIG_INVALID at the key that has another type, or a limit outside 0..1 */
export function optionsOf(policy: Record<string, unknown>): PocketKOptions {
  const flag = (key: 'estimatedPotassium' | 'occlusion'): boolean => {
    const value = policy[key] ?? DEFAULTS[key]
    if (typeof value !== 'boolean') throw new AppError('CONFIG_INVALID', { at: `policy.${key}` })
    return value
  }
  const limit = policy['clipSpreadLimit'] ?? DEFAULTS.clipSpreadLimit
  if (!(typeof limit === 'number' && limit >= 0 && limit <= 1))
    throw new AppError('CONFIG_INVALID', { at: 'policy.clipSpreadLimit' })
  return { estimatedPotassium: flag('estimatedPotassium'), occlusion: flag('occlusion'), clipSpreadLimit: limit }
}
