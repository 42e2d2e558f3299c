import type { ModuleManifest } from '../../../core/inference-module.ts'

export const ROLE = 'pocket-k/1'

export const manifest: ModuleManifest = {
  id: 'pocket-k',
  title: 'Potassium screen from one ECG lead',
  contract: 'pocket-k/1',
  models: [ROLE],
  listensTo: ['Observation', 'ServiceRequest', 'Patient'],
  kind: 'Deep-Learning-Models',
  tellsLive: true
}
