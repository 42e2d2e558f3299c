import type { ModuleManifest } from '../../../core/inference-module.ts'
import { CANONICAL_BASE, type CodedConcept } from '../../../fhir-profiles/index.ts'

/** Role of the model folder: inference/models/__NAME__-1 with model.json `implements` of this name. */
export const ROLE = '__NAME__/1'

export const manifest: ModuleManifest = {
  id: '__NAME__',
  title: '__NAME__',
  contract: '__NAME__/1',
  models: [ROLE],
  listensTo: ['Observation'],
  kind: 'Deep-Learning-Models'
}

/** What the probability is of. */
export const OUTCOME: CodedConcept = {
  system: `${CANONICAL_BASE}/CodeSystem/local/__NAME__`,
  code: '__NAME__',
  display: 'Outcome of __NAME__'
}
