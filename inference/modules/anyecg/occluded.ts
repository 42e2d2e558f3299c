import type { Models } from '../../../core/model.ts'
import { type Contribution, occlusion } from '../../explain/occlusion.ts'
import { detectBeats } from '../../signal/beats/detect-beats.ts'
import { delineate } from '../../signal/delineate/delineate.ts'
import type { Delineation } from '../../signal/delineation.ts'
import { prepareFor } from '../../signal/preprocess/index.ts'
import { STANDARD_LEADS } from '../../signal/preprocess/leads.ts'
import { marked } from './explain.ts'
import type { Gated } from './gate.ts'
import { currentOutput, infer } from './infer.ts'
import type { Plan } from './plan.ts'
import type { ConditionResult } from './types.ts'

type Passed = Extract<Gated, { pass: true }>

const SEGMENT_TEXT = {
  p: 'the P wave',
  pr: 'the PR segment',
  qrs: 'the QRS complex',
  st: 'the ST segment',
  t: 'the T wave'
}
/** Contributions told of a label. */
const TOLD = 3

/** Waves of the whole tracing, for the rhythm and for an explanation. */
export function delineated({ leads }: Passed, rateHz: number): Delineation {
  const samples = leads.map((lead) => lead.samples)
  const { beats } = detectBeats(samples, rateHz)
  return delineate(samples, { rateHz, beats })
}

/**
 * What parts of the tracing the shown labels rest on, in words: the falls of the log odds when a segment of all beats, or a lead,
 * is replaced by its baseline (specs README section I). All labels are read off the same runs.
 */
export async function occludedText(
  results: readonly ConditionResult[],
  delineation: Delineation,
  { plan, models, gated, rateHz }: { plan: Plan; models: Models; gated: Passed; rateHz: number }
): Promise<string[]> {
  if (results.length === 0) return []
  const { leads, person } = gated
  const asked = plan.kind === 'head' ? plan.encoder : plan.model
  const logits: Float64Array[] = []
  const score = async (batch: Float64Array[][]): Promise<number[]> => {
    for (const variant of batch) {
      const recorded = variant.map((samples, i) => ({ mdc: leads[i]!.mdc, samples }))
      const answers = await infer(prepareFor(asked, recorded, rateHz), person, plan, models)
      logits.push(answers[0]!.current)
    }
    return batch.map((_, i) => i)
  }
  // Each variant is scored by its place in the batch, so that a part's drop names its run: -place. The labels read their columns there.
  const parts = await occlusion({ leads: leads.map(({ samples }) => samples), rateHz }, delineation, score, {
    leads: true
  })
  const columns = new Map(currentOutput(plan.model).labels.map(({ key }, i) => [key, i]))
  return results.map((result) => {
    const column = columns.get(result.key)!
    const told = parts
      .map((part) => ({ part, drop: logits[0]![column]! - logits[-part.drop]![column]! }))
      .toSorted((a, b) => Math.abs(b.drop) - Math.abs(a.drop))
      .slice(0, TOLD)
      .map(({ part, drop }) => `${partText(part)} (${drop >= 0 ? '+' : '-'}${Math.abs(drop).toFixed(2)})`)
    return marked(result, `${result.label.title} rests on: ${told.join(', ')} of the log odds.`)
  })
}

const partText = ({ segment, lead }: Contribution): string =>
  segment ? SEGMENT_TEXT[segment] : `lead ${STANDARD_LEADS[lead ?? 0]}`
