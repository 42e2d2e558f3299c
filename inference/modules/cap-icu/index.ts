import { defineModule } from '../../../core/inference-module.ts'
import { labelOf } from './decide.ts'
import { loop } from './loop.ts'
import { manifest, roleOf } from './manifest.ts'
import { checkPolicy } from './policy.ts'
import { outsideCalls, readLanguageOptions } from './predictor/language-model/options.ts'
import { run } from './run.ts'
import { select } from './select.ts'
import { readSettings } from './settings.ts'
import { toFhir } from './to-fhir/to-fhir.ts'
import type { CapIcuFindings, CapIcuInput } from './types.ts'
import { warmUp } from './warm-up.ts'

/** Risk of death in this stay, and is the estimate fair? Specs 06. */
export default defineModule<CapIcuInput, CapIcuFindings>({
  manifest,
  checkPolicy(policy) {
    const { predictor, languageModel } = readSettings(policy)
    if (predictor === 'language-model') readLanguageOptions(languageModel)
    checkPolicy(policy)
  },
  select,
  outside(policy) {
    const { predictor, languageModel } = readSettings(policy)
    return predictor === 'local' ? undefined : outsideCalls(readLanguageOptions(languageModel))
  },
  modelsFor: (input) => [roleOf(input)],
  run,
  answeredBy(findings) {
    const { kind } = findings
    return kind === 'scored' && findings.predictor.kind === 'language-model' ? findings.predictor : undefined
  },
  warmUp,
  toFhir,
  loop,
  // Read only by `hisbundle evaluate`: no worker of the server loads the readers of folders.
  async *dataset(dir) {
    yield* (await import('./dataset/index.ts')).dataset(dir)
  },
  roleFor: async (dir) => (await import('./dataset/index.ts')).roleFor(dir),
  compare: async (cases, tools) => (await import('./compare/compare.ts')).compare(cases, tools),
  scores(findings) {
    if (findings.kind === 'refused') return { refused: findings.code }
    return { [labelOf(findings.role)]: findings.probability }
  },
  cuts(findings) {
    const threshold = findings.kind === 'scored' ? findings.performance?.threshold : undefined
    return findings.kind === 'refused' || threshold === undefined ? {} : { [labelOf(findings.role)]: threshold }
  }
})
