import type { Observation, Patient } from '@medplum/fhirtypes'
import type { ClosedLoop, LoopLabel, LoopResult } from '../../core/closed-loop.ts'
import type { LeadingResult } from '../../core/leading-result.ts'
import type { RecordReader } from '../../core/record.ts'
import type { ScoreConfig } from '../config/sections/scores.ts'
import { onLoopScale, readScore, type ScoreReading } from './score-value.ts'
import { isTwin } from './twin-identity.ts'

/** Statuses of an Observation that says something; `unknown` (no OBX-11, no OBR-25) counts as final for nobody. */
const STATED = new Set<Observation['status']>(['preliminary', 'final', 'amended', 'corrected', 'cancelled'])

/** What the loop of one of our modules lends to a score: its truths, and the label that they carry. */
export interface TruthOf {
  loop: ClosedLoop
  label: LoopLabel
  /** Policy of that module. */
  policy: Record<string, unknown>
}

/**
 * The closed loop of a score of another system: predictions are its Observations, truths are those of one of our modules.
 *
 * Each version is read by itself; the loop takes the first that says a number, as for our own results: a score that is corrected
 * after the patient died was not what anybody acted on. Scores of audit twins are nobody's, and never judged.
 */
export function scoreLoop(score: ScoreConfig, truth: TruthOf): ClosedLoop {
  const { scale } = score
  const { unit: _unit, ...label } = truth.label
  const own: LoopLabel = {
    ...label,
    kind: scale.kind === 'points' ? 'score' : 'probability',
    ...(scale.kind === 'points' ? { unit: '{points}' } : {}),
    ...(score.window ? { window: score.window } : {})
  }
  return {
    labels: [own],
    listensTo: truth.loop.listensTo,
    ...(truth.loop.mayBeTruth ? { mayBeTruth: truth.loop.mayBeTruth } : {}),
    async predictions(result, record) {
      if (result.resourceType !== 'Observation' || !hasCode(result, score)) return undefined
      if (!STATED.has(result.status) || (await isOfTwin(result, record))) return undefined
      return { ...whenAndWhere(result), ...predicted(readScore(result, scale), score, own.key) }
    },
    truths: async (patient, record) =>
      (await truth.loop.truths(patient, record, truth.policy)).filter((one) => one.label === own.key)
  }
}

export const hasCode = ({ code }: Observation, { code: own }: Pick<ScoreConfig, 'code'>): boolean =>
  code.coding?.some((coding) => coding.system === own.system && coding.code === own.code) ?? false

function predicted(
  said: ScoreReading,
  { scale, threshold }: ScoreConfig,
  label: string
): Pick<LoopResult, 'predictions' | 'refused'> {
  if ('refused' in said) return { predictions: [], refused: said.refused }
  const cut = threshold === undefined ? {} : { threshold: onLoopScale(threshold, scale) }
  return { predictions: [{ label, value: said.value, ...cut }] }
}

/**
 * What the score is about in time: effective (OBR-7, OBX-14), else when it became available. A score is a statement and no
 * sample: unlike a laboratory value it may be dated by its issue (rules section 3 is about samples).
 */
function whenAndWhere(said: Observation): Pick<LoopResult, 'at' | 'encounter'> {
  const at =
    said.effectiveDateTime ??
    said.effectiveInstant ??
    said.effectivePeriod?.end ??
    said.issued ??
    said.meta?.lastUpdated
  // A date alone names no instant.
  const instant = at && at.length > 10 ? at : (said.issued ?? said.meta?.lastUpdated ?? '')
  const encounter = said.encounter?.reference
  return { at: new Date(instant).toISOString(), ...(encounter ? { encounter } : {}) }
}

async function isOfTwin(result: LeadingResult, record: RecordReader): Promise<boolean> {
  const patient = await record.read<Patient>(result.subject?.reference ?? '')
  return patient !== undefined && isTwin(patient)
}
