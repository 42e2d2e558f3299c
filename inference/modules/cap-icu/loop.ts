import type { Encounter, Extension, Observation, Resource, RiskAssessment } from '@medplum/fhirtypes'
import type { ClosedLoop, LoopResult, Prediction, Truth } from '../../../core/closed-loop.ts'
import { uuidV5 } from '../../../core/ids.ts'
import type { LeadingResult } from '../../../core/leading-result.ts'
import type { RecordReader } from '../../../core/record.ts'
import { answeredOrder, basisOf, EXTENSION, HIS, refusalOf } from '../../../fhir-profiles/index.ts'
import { hasCode } from '../../record/reading.ts'
import { minutesFrom } from '../../record/times.ts'
import { stayPolicyOf } from './policy.ts'
import { MOMENT_HOURS, momentAfter, resultIdOf, tracingOf } from './stay/moment.ts'
import { mayBeOutcome, outcomeOf } from './stay/outcome.ts'
import { visitsOf } from './stay/visits.ts'
import { variableLookup } from './values/variables.ts'

const labels = [
  { key: 'death.24h', title: 'Death in this stay, foretold after 24 h', kind: 'probability', window: 'encounter' },
  { key: 'death.48h', title: 'Death in this stay, foretold after 48 h', kind: 'probability', window: 'encounter' }
] as const satisfies ClosedLoop['labels']

/** Truth of the estimate: how the encounter ended (specs README section M). */
export const loop: ClosedLoop = {
  labels,
  listensTo: ['Encounter', 'Patient'],
  predictions,
  mayBeTruth: (resource: Resource) => mayBeOutcome(resource),
  truths
}

/**
 * What a moment's result said. An answer to an order is none: it was asked for at an hour of somebody's choice, and each
 * truth judges one prediction of a label.
 */
async function predictions(result: LeadingResult, record: RecordReader): Promise<LoopResult | undefined> {
  if (result.resourceType !== 'RiskAssessment' || !hasCode(result.code, [HIS['icu-mortality-risk']])) return undefined
  const at = result.prediction?.[0]?.whenPeriod?.start
  const label = at === undefined ? undefined : labelOf(result, at)
  if (at === undefined || label === undefined || answeredOrder(result)) return undefined
  const about = { at, ...(result.encounter?.reference ? { encounter: result.encounter.reference } : {}) }
  const refused = refusalOf(result)
  if (refused) return { ...about, predictions: [], refused }
  const inputs = await inputsOf(result, record)
  return { ...about, predictions: predictionOf(result, label), ...(inputs ? { inputs, groups: groupsOf(inputs) } : {}) }
}

/** A result says when its window ended, not how long it was: its id does, being made of both. */
function labelOf(result: RiskAssessment, at: string): (typeof labels)[number]['key'] | undefined {
  const encounter = basisOf(result)[0]?.split('/_history/')[0]
  const patient = originalOf(result) ?? result.subject?.reference
  if (!encounter?.startsWith('Encounter/') || !patient) return undefined
  for (const hours of MOMENT_HOURS) {
    const { moment } = momentAfter({ start: at }, hours)
    const tracing = tracingOf({ encounter, start: minutesFrom(at, -hours * 60) }, moment)
    if (resultIdOf(patient, tracing) === result.id) return moment === '48h' ? 'death.48h' : 'death.24h'
  }
  return undefined
}

const originalOf = (result: RiskAssessment): string | undefined =>
  result.extension?.find(({ url }) => url === EXTENSION.originalSubject)?.valueReference?.reference

/** The served probability, the cut that it was served with, and what the predictor said before any case was shown to it. */
function predictionOf(result: RiskAssessment, label: string): Prediction[] {
  const [said] = result.prediction ?? []
  const value = said?.probabilityDecimal
  if (value === undefined) return []
  const threshold = decimal(said?.extension, EXTENSION.performanceAtPrevalence, 'threshold')
  const variants = Object.fromEntries(
    (['base', 'fair'] as const).flatMap((name) => {
      const one = decimal(said?.extension, EXTENSION.caseBasedShift, name)
      return one === undefined ? [] : [[name, one]]
    })
  )
  return [
    {
      label,
      value,
      ...(threshold === undefined ? {} : { threshold }),
      ...(Object.keys(variants).length > 0 ? { variants } : {})
    }
  ]
}

const decimal = (extensions: Extension[] | undefined, url: string, part: string): number | undefined =>
  extensions?.find((one) => one.url === url)?.extension?.find((one) => one.url === part)?.valueDecimal

/** Columns of the model as they were when the stay was first scored: the first version of the inputs. */
async function inputsOf(
  result: RiskAssessment,
  record: RecordReader
): Promise<Record<string, number | null> | undefined> {
  const inputs = await record.read<Observation>(`Observation/${uuidV5(result.id!, 'inputs')}/_history/1`)
  const columns = (inputs?.component ?? []).flatMap(({ code, valueQuantity }) =>
    code.text ? [[code.text, valueQuantity?.value ?? null] as const] : []
  )
  return columns.length > 0 ? Object.fromEntries(columns) : undefined
}

/** Kind of unit, where the model is told, and how much of the rest was missing. */
function groupsOf(inputs: Record<string, number | null>): Record<string, string> {
  const unit = Object.entries(inputs).find(([name, value]) => name.startsWith('unit.') && value === 1)
  const measured = Object.entries(inputs).filter(([name]) => !name.startsWith('unit.') && name !== 'age')
  const missing = measured.filter(([, value]) => value === null).length / Math.max(1, measured.length)
  return {
    ...(unit ? { unit: unit[0].slice('unit.'.length) } : {}),
    missing: missing < 0.1 ? 'under 10 %' : missing < 0.3 ? '10 to 30 %' : 'over 30 %'
  }
}

/** How each encounter with a stay in intensive care ended, for both moments. */
async function truths(patient: string, record: RecordReader, configured: Record<string, unknown>): Promise<Truth[]> {
  const policy = stayPolicyOf(configured)
  const asking = { record, policy, lookup: variableLookup(), now: '', isLate: false }
  const found: Truth[] = []
  for (const { encounter, person } of await visitsOf(patient, asking)) {
    const whole = await wholeOf(encounter, record)
    const outcome = outcomeOf(whole, person, policy.deathDispositions)
    if (!outcome) continue
    const key = `Encounter/${encounter.id}`
    found.push(...labels.map((label): Truth => ({ label: label.key, key, encounter: key, ...outcome })))
  }
  return found
}

/** A stay that was filed as an encounter of its own ends as the hospital stay it is part of. */
async function wholeOf(encounter: Encounter, record: RecordReader): Promise<Encounter> {
  const part = encounter.partOf?.reference
  return (part?.startsWith('Encounter/') ? await record.read<Encounter>(part) : undefined) ?? encounter
}
