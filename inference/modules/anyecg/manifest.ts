import type { ModuleManifest } from '../../../core/inference-module.ts'

/** A head on the encoder's embedding, or a model that takes the tracing itself. */
export const PROFILE_ROLE = 'anyecg/1'
export const ENCODER_ROLE = 'ecg-encoder/1'

export const manifest: ModuleManifest = {
  id: 'anyecg',
  title: 'Condition profile from the ECG',
  contract: 'anyecg/1',
  models: [PROFILE_ROLE, ENCODER_ROLE],
  listensTo: ['Observation', 'ServiceRequest', 'Patient'],
  kind: 'Deep-Learning-Models'
}
