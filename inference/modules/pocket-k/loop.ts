import type { Observation, Provenance, Resource, RiskAssessment } from '@medplum/fhirtypes'
import type { ClosedLoop, LoopLabel, LoopResult, Prediction, Truth } from '../../../core/closed-loop.ts'
import { uuidV5 } from '../../../core/ids.ts'
import type { LeadingResult } from '../../../core/leading-result.ts'
import type { RecordReader } from '../../../core/record.ts'
import { EXTENSION, HIS, refusalOf, SNOMED } from '../../../fhir-profiles/index.ts'
import { hasTag } from '../../record/reading.ts'
import { acquisitionOf } from './alert.ts'
import { isPotassium, POTASSIUM_TOKENS, type Potassium, readPotassium } from './reading.ts'

/** Truth counts when it was collected within an hour of the tracing, on either side (specs README section M). */
const WINDOW = { beforeHours: 1, afterHours: 1 }
/** Values of one person looked at, the newest: years of a patient in intensive care. */
const MAX_VALUES = 5000

type LoopKey = 'k-gt-5.5' | 'k-ge-6.0' | 'k-lt-3.5'

const OUTCOME: Record<LoopKey, string> = {
  'k-gt-5.5': SNOMED.hyperkalaemia.code,
  'k-ge-6.0': HIS['hyperkalaemia-ge-6.0'].code,
  'k-lt-3.5': HIS['hypokalaemia-lt-3.5'].code
}

const label = (key: LoopKey, title: string): LoopLabel => ({ key, title, kind: 'probability', window: WINDOW })

const labels = [
  label('k-gt-5.5', 'Potassium above 5.5 mmol/L'),
  label('k-ge-6.0', 'Potassium of 6.0 mmol/L or more'),
  label('k-lt-3.5', 'Potassium below 3.5 mmol/L')
]

/** Truth of the screen: a potassium in blood near the tracing (specs README section M; rules section 7). */
export const loop: ClosedLoop = {
  labels,
  listensTo: ['Observation'],
  predictions,
  mayBeTruth: (resource: Resource) => resource.resourceType === 'Observation' && isPotassium(resource),
  truths
}

async function predictions(result: LeadingResult, record: RecordReader): Promise<LoopResult | undefined> {
  if (result.resourceType !== 'RiskAssessment') return undefined
  const at = acquisitionOf(result)
  if (!at) return undefined
  const about = { at, ...(result.encounter?.reference ? { encounter: result.encounter.reference } : {}) }
  const refused = refusalOf(result)
  if (refused) return { ...about, predictions: [], refused }
  const cuts = await cutsOf(result, record)
  const said = labels.flatMap(({ key }): Prediction[] => {
    const value = probabilityOf(result, OUTCOME[key as LoopKey])
    const threshold = cuts.get(key)
    return value === undefined ? [] : [{ label: key, value, ...(threshold === undefined ? {} : { threshold }) }]
  })
  const quality = await qualityOf(result, record)
  return { ...about, predictions: said, ...(quality ? { groups: { quality } } : {}) }
}

/**
 * Final, of blood, in mmol/L, not haemolysed, neither corrected away nor held back for another person's sake, with the hour at
 * which it was collected. A censored value ('>9.0') is a truth of those labels whose class it settles.
 */
async function truths(patient: string, record: RecordReader): Promise<Truth[]> {
  const query = `Observation?patient=${patient}&code=${POTASSIUM_TOKENS}&_sort=-date&_count=${MAX_VALUES}`
  return (await record.search<Observation>(query)).flatMap((observation) => {
    const potassium = readPotassium(observation)
    const { collectedAt, value, isFinal, isHaemolysed, reference } = potassium
    const isHeldBack = hasTag(observation, 'quarantine') || hasTag(observation, 'patient-mismatch')
    if (!collectedAt || value === undefined || !isFinal || isHaemolysed || isHeldBack) return []
    return labels.flatMap(({ key }): Truth[] => {
      const is = classOf(potassium, key as LoopKey)
      if (is === undefined) return []
      const encounter = observation.encounter?.reference
      return [
        {
          label: key,
          key: `Observation/${observation.id}`,
          reference,
          at: collectedAt,
          value: Number(is),
          ...(encounter ? { encounter } : {})
        }
      ]
    })
  })
}

/** Undefined: a censored value that could lie on either side. */
function classOf({ value = Number.NaN, comparator }: Potassium, key: LoopKey): boolean | undefined {
  const isAtLeast = comparator === '>' || comparator === '>='
  const isAtMost = comparator === '<' || comparator === '<='
  switch (key) {
    case 'k-gt-5.5':
      if (isAtLeast) return value > 5.5 || (value === 5.5 && comparator === '>') ? true : undefined
      return isAtMost ? (value <= 5.5 ? false : undefined) : value > 5.5
    case 'k-ge-6.0':
      if (isAtLeast) return value >= 6 ? true : undefined
      return isAtMost ? (value < 6 || (value === 6 && comparator === '<') ? false : undefined) : value >= 6
    case 'k-lt-3.5':
      if (isAtMost) return value < 3.5 || (value === 3.5 && comparator === '<') ? true : undefined
      return isAtLeast ? (value >= 3.5 ? false : undefined) : value < 3.5
  }
}

const probabilityOf = (result: RiskAssessment, outcome: string): number | undefined =>
  result.prediction?.find((one) => one.outcome?.coding?.some(({ code }) => code === outcome))?.probabilityDecimal

/** From which value each label was called positive when it was served: the threshold policy of the run's Provenance. */
async function cutsOf(result: RiskAssessment, record: RecordReader): Promise<Map<string, number>> {
  const provenance = await record.read<Provenance>(`Provenance/${uuidV5(result.id!, 'provenance')}`)
  const policy = provenance?.extension?.find(({ url }) => url === EXTENSION.thresholdPolicy)
  const named = new Map(
    (policy?.extension ?? []).flatMap(({ extension = [] }) => {
      const name = extension.find(({ url }) => url === 'name')?.valueString
      const value = extension.find(({ url }) => url === 'value')?.valueDecimal
      return name !== undefined && value !== undefined ? [[name, value] as const] : []
    })
  )
  return new Map(
    labels.flatMap(({ key }) => {
      const cut = named.get(`bands ${key} highFrom`) ?? named.get(`operatingPoints ${key} threshold`)
      return cut === undefined ? [] : [[key, cut] as const]
    })
  )
}

async function qualityOf(result: RiskAssessment, record: RecordReader): Promise<string | undefined> {
  const quality = await record.read<Observation>(`Observation/${uuidV5(result.id!, 'quality')}`)
  return quality?.valueCodeableConcept?.coding?.[0]?.code
}
