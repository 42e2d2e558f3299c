import type { ModelManifest } from '../../../core/model.ts'
import { ENCODER_ROLE, PROFILE_ROLE } from './manifest.ts'

/** Who answers: a head on an encoder, a model that takes the tracing itself, or an encoder's own statements. */
export type Plan =
  | { kind: 'head'; encoder: ModelManifest; model: ModelManifest; role: string }
  | { kind: 'whole'; model: ModelManifest; role: string }
  | { kind: 'statements'; model: ModelManifest; role: string }

/**
 * The best answer that the models in service give (specs 04 section 4). A head answers only on the encoder that it was trained on;
 * where none fits, an encoder that names labels of its own (ECGFounder: 150 statements) says these, without any future.
 *
 * @returns undefined where nothing in service can answer
 */
export function planOf(inService: (role: string) => ModelManifest | undefined): Plan | undefined {
  const [model, encoder] = [inService(PROFILE_ROLE), inService(ENCODER_ROLE)]
  if (model && takesTracing(model)) return { kind: 'whole', model, role: PROFILE_ROLE }
  if (model && encoder && fits(model, encoder)) return { kind: 'head', encoder, model, role: PROFILE_ROLE }
  return encoder && hasLabels(encoder) ? { kind: 'statements', model: encoder, role: ENCODER_ROLE } : undefined
}

/** Roles that a plan asks, the one that answers first. */
export const rolesOf = (plan: Plan | undefined): string[] =>
  plan?.kind === 'head' ? [PROFILE_ROLE, ENCODER_ROLE] : [plan?.role ?? PROFILE_ROLE]

const takesTracing = ({ inputs }: ModelManifest): boolean => inputs.some(({ shape }) => shape.length === 3)

const fits = ({ encoder: wanted }: ModelManifest, encoder: ModelManifest): boolean =>
  wanted === undefined || (wanted.role === encoder.implements && wanted.sha256 === encoder.sha256)

const hasLabels = ({ outputs }: ModelManifest): boolean => outputs.some(({ labels = [] }) => labels.length > 0)
