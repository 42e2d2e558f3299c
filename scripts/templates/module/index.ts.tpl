import { defineModule } from '../../../core/inference-module.ts'
import { manifest } from './manifest.ts'
import { run } from './run.ts'
import { select } from './select.ts'
import { toFhir } from './to-fhir.ts'
import type { Findings, Input } from './types.ts'

/** The question that __NAME__ answers. */
export default defineModule<Input, Findings>({
  manifest,
  select,
  run,
  toFhir,
  scores
})

function scores(findings: Findings): { refused: string } | Record<string, number> {
  return findings.kind === 'refused' ? { refused: findings.code } : { score: findings.probability }
}
