import { defineModule } from '../../../core/inference-module.ts'
import { alert, armedAlerts } from './alert.ts'
import { checkChanges } from './compare.ts'
import { judge } from './judge/judge.ts'
import { loop } from './loop.ts'
import { manifest } from './manifest.ts'
import { parametersOf } from './policy.ts'
import { inputFrom, scores } from './recording.ts'
import { run } from './run.ts'
import { select } from './select.ts'
import { toFhir } from './to-fhir/to-fhir.ts'
import type { EcgomicsFindings, EcgomicsInput } from './types.ts'
import { warmUp } from './warm-up.ts'

/** What does this ECG measure, and what changed since the last one? Specs 01. */
export default defineModule<EcgomicsInput, EcgomicsFindings>({
  manifest,
  checkPolicy(policy) {
    parametersOf(policy)
    checkChanges(policy)
    armedAlerts(policy)
  },
  select,
  run,
  warmUp,
  toFhir,
  alert,
  judge,
  loop,
  inputFrom,
  scores
})
