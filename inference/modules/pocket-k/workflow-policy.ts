import { AppError } from '../../../core/errors/app-error.ts'
import { positive } from '../../record/times.ts'

type Policy = Record<string, unknown>

/** What the site wants beyond results and alerts; all off unless it says otherwise. */
export interface WorkflowPolicy {
  /** Propose a potassium after a high band without a recent one. */
  suggestPotassium: boolean
  /** A potassium collected this long before the ECG or later is recent, minutes. */
  recentPotassiumMinutes: number
  /** Propose an ECG where a potassium asks for the screen and there is none. */
  suggestEcg: boolean
  /** Alert when P(K > 5.5) lies this much above that of the person's own reference tracing. */
  serialRise?: number
}

const MODES: readonly unknown[] = [undefined, 'off', 'suggest']

export const workflowPolicyOf = (policy: Policy): WorkflowPolicy => {
  const rise = policy['serialRise']
  return {
    suggestPotassium: policy['potassiumOnHighBand'] === 'suggest',
    recentPotassiumMinutes: positive(policy['recentPotassiumMinutes'], 60),
    suggestEcg: policy['ecgOnPotassium'] === 'suggest',
    ...(typeof rise === 'number' ? { serialRise: rise } : {})
  }
}

/** @throws AppError CONFIG_INVALID: a word that would silently mean off, a rise that no difference of probabilities can be */
export function checkWorkflowPolicy(policy: Policy): void {
  for (const key of ['potassiumOnHighBand', 'ecgOnPotassium']) if (!MODES.includes(policy[key])) throw invalid(key)
  const rise = policy['serialRise']
  if (rise !== undefined && !(typeof rise === 'number' && rise > 0 && rise < 1)) throw invalid('serialRise')
}

const invalid = (key: string) => new AppError('CONFIG_INVALID', { at: `modules pocket-k policy ${key}` })
