import { defineModule } from '../../../core/inference-module.ts'
import { alert } from './alert.ts'
import { loop } from './loop.ts'
import { manifest } from './manifest.ts'
import { planOf, rolesOf } from './plan.ts'
import { settingsOf } from './policy.ts'
import { inputFrom, scores } from './recording.ts'
import { run } from './run.ts'
import { select } from './select.ts'
import { suggestions } from './suggest.ts'
import { toFhir } from './to-fhir/to-fhir.ts'
import type { AnyEcgFindings, AnyEcgInput } from './types.ts'
import { warmUp } from './warm-up.ts'

/** Which conditions does this ECG make more likely than age and sex alone? Specs 04. */
export default defineModule<AnyEcgInput, AnyEcgFindings>({
  manifest,
  checkPolicy(policy) {
    settingsOf(policy)
  },
  select,
  modelsFor: (_input, inService) => rolesOf(planOf(inService)),
  run,
  warmUp,
  toFhir,
  alert,
  suggestions,
  loop,
  // Read only by `hisbundle evaluate`: no worker of the server loads the readers of folders.
  async *dataset(dir) {
    yield* (await import('../../labelled/index.ts')).labelledCases(dir)
  },
  inputFrom,
  scores,
  compare: async (cases, tools) => (await import('./compare/compare.ts')).compare(cases, tools)
})
