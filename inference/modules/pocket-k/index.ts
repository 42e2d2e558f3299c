import { defineModule } from '../../../core/inference-module.ts'
import { alert, reconsider } from './alert.ts'
import { compare } from './compare.ts'
import { dataset } from './dataset.ts'
import { loop } from './loop.ts'
import { manifest } from './manifest.ts'
import { optionsOf } from './policy.ts'
import { inputFrom, scores } from './recording.ts'
import { run } from './run.ts'
import { select } from './select.ts'
import { suggestions } from './suggestions.ts'
import { timingOf } from './timing.ts'
import { toFhir } from './to-fhir.ts'
import type { PocketKFindings, PocketKInput } from './types.ts'
import { warmUp } from './warm-up.ts'
import { wideQrsCodes } from './wide-qrs.ts'
import { checkWorkflowPolicy } from './workflow-policy.ts'

/** Can dangerous potassium be ruled out from one ECG lead? Specs 02. */
export default defineModule<PocketKInput, PocketKFindings>({
  manifest,
  select,
  checkPolicy(policy) {
    optionsOf(policy)
    wideQrsCodes(policy)
    timingOf(policy)
    checkWorkflowPolicy(policy)
  },
  run,
  warmUp,
  toFhir,
  alert,
  reconsider,
  suggestions,
  loop,
  dataset,
  inputFrom,
  scores,
  compare
})
