import type { Observation, Resource, RiskAssessment } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../../core/changes.ts'
import type { RecordReader } from '../../../core/record.ts'
import type { Suggestion, SuggestionContext, Suggestions } from '../../../core/suggestion.ts'
import { HIS, LOINC, SNOMED } from '../../../fhir-profiles/index.ts'
import { ecgsOf } from '../../record/ecg.ts'
import { isEcg } from '../../record/reading.ts'
import { instantOf, minutesFrom } from '../../record/times.ts'
import { acquisitionOf, bandsOf, resultsAround } from './alert.ts'
import { isPotassium, POTASSIUM_TOKENS, type Potassium, readPotassium } from './reading.ts'
import { timingOf } from './timing.ts'
import { askingOf } from './triggers.ts'
import { type WorkflowPolicy, workflowPolicyOf } from './workflow-policy.ts'

/** What was asked for longer ago is no proposal for today. */
const STANDS_MINUTES = 24 * 60
/** Potassium values looked at, the newest: a day of intensive care. */
const MAX_VALUES = 50

/**
 * Two proposals, each off by default: a venous potassium after a high band without a recent one, and an ECG after a potassium
 * that asks for a screen where there is none.
 */
export const suggestions: Suggestions = {
  isOn: (policy) => {
    const { suggestPotassium, suggestEcg } = workflowPolicyOf(policy)
    return suggestPotassium || suggestEcg
  },
  reasons,
  of: async (reason, context) => {
    const policy = workflowPolicyOf(context.policy)
    if (isScreen(reason)) return policy.suggestPotassium ? afterScreen(reason, policy, context) : []
    return policy.suggestEcg && reason.resourceType === 'Observation' ? afterPotassium(reason, context) : []
  }
}

/** A potassium: itself, the results near it, and the potassium values of the day before. An ECG: the latter alone. */
async function reasons(change: ChangeEvent, { record, policy }: SuggestionContext): Promise<string[]> {
  if (change.resourceType !== 'Observation' || change.interaction === 'delete') return []
  const observation = await record.read<Observation>(`Observation/${change.id}`)
  const patient = observation?.subject?.reference
  if (!observation || !patient) return []
  if (isEcg(observation)) {
    const at = instantOf(observation.effectiveDateTime)
    return at ? potassiumBefore(patient, minutesFrom(at, timingOf(policy).potassiumWindowMinutes), record) : []
  }
  if (!isPotassium(observation)) return []
  const { collectedAt, saidAt } = readPotassium(observation)
  const at = collectedAt ?? saidAt
  if (!at) return []
  return [
    `Observation/${observation.id}`,
    ...(await potassiumBefore(patient, at, record)),
    ...(await resultsAround(patient, at, record)).map(({ id }) => `RiskAssessment/${id}`)
  ]
}

async function potassiumBefore(patient: string, at: string, record: RecordReader): Promise<string[]> {
  const from = minutesFrom(at, -STANDS_MINUTES)
  const query = `Observation?patient=${patient}&code=${POTASSIUM_TOKENS}&date=ge${from}&date=le${at}&_sort=-date&_count=${MAX_VALUES}`
  return (await record.search<Observation>(query)).map(({ id }) => `Observation/${id}`)
}

async function afterScreen(
  result: RiskAssessment,
  { recentPotassiumMinutes }: WorkflowPolicy,
  { record, now }: SuggestionContext
): Promise<Suggestion[]> {
  const acquiredAt = acquisitionOf(result)
  const bands = bandsOf(result)
  if (!acquiredAt || isPast(acquiredAt, now) || !bands.some((band) => band === 'high' || band === 'very-high'))
    return []
  const patient = result.subject.reference ?? ''
  if (await hasPotassiumSince(patient, minutesFrom(acquiredAt, -recentPotassiumMinutes), record)) return []
  return [
    {
      code: { coding: [{ ...LOINC.potassiumSerum }] },
      priority: bands.includes('very-high') ? 'stat' : 'urgent',
      text:
        'The potassium screen of one ECG lead is in the high band and no usable potassium was collected in the ' +
        `${recentPotassiumMinutes} minutes before the ECG or since: a venous potassium is proposed.`
    }
  ]
}

async function afterPotassium(observation: Observation, context: SuggestionContext): Promise<Suggestion[]> {
  const { record, policy, now } = context
  const timing = timingOf(policy)
  const patient = observation.subject?.reference
  const asking = isPotassium(observation) ? askingOf(readPotassium(observation), timing) : undefined
  if (!patient || !asking || isPast(asking.at, now)) return []
  if (await hasPotassiumSince(patient, asking.at, record, asking.reference)) return []
  const since = minutesFrom(asking.at, -timing.potassiumWindowMinutes)
  const ecgs = await ecgsOf(patient, record, { after: since })
  if (ecgs.some(({ placed, refusal }) => placed && !refusal)) return []
  return [
    {
      code: { coding: [{ ...SNOMED.ecg12Lead }] },
      priority: asking.kind === 'high' ? 'stat' : 'urgent',
      text: `${TEXT[asking.kind]} and there is no ECG that the potassium screen could read: an ECG is proposed.`
    }
  ]
}

const TEXT = {
  haemolysed: 'The potassium is unreliable (haemolysed)',
  missing: 'The laboratory has no usable potassium',
  high: 'The potassium is high'
} as const

/** Any usable value, high or not, collected from then on. */
async function hasPotassiumSince(patient: string, since: string, record: RecordReader, but?: string): Promise<boolean> {
  const query = `Observation?patient=${patient}&code=${POTASSIUM_TOKENS}&date=ge${since}&_sort=-date&_count=${MAX_VALUES}`
  const found = (await record.search<Observation>(query)).map(readPotassium)
  return found.some(
    (one) => isUsable(one) && one.reference !== but && Date.parse(one.collectedAt!) >= Date.parse(since)
  )
}

const isUsable = ({ isFinal, isHaemolysed, value, collectedAt }: Potassium): boolean =>
  isFinal && !isHaemolysed && value !== undefined && collectedAt !== undefined

const isPast = (at: string, now: string): boolean => Date.parse(minutesFrom(at, STANDS_MINUTES)) < Date.parse(now)

const isScreen = (reason: Resource): reason is RiskAssessment =>
  reason.resourceType === 'RiskAssessment' &&
  (reason.method?.coding?.some(({ code }) => code === HIS['pocket-k'].code) ?? false)
