import type { ModuleManifest } from '../../../core/inference-module.ts'

export const DELINEATOR = 'ecg-delineator/1'

export const manifest: ModuleManifest = {
  id: 'ecgomics',
  title: 'Measured ECG biomarkers',
  contract: 'ecgomics/1',
  models: [DELINEATOR],
  listensTo: ['Observation', 'ServiceRequest', 'Patient'],
  listensToResults: true,
  kind: 'Deep-Learning-Models',
  runsWithoutModel: true,
  tellsLive: true
}
