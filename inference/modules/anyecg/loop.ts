import type { Condition, Encounter, Resource, RiskAssessment } from '@medplum/fhirtypes'
import type { ClosedLoop, LoopLabel, LoopResult, Truth } from '../../../core/closed-loop.ts'
import type { LeadingResult } from '../../../core/leading-result.ts'
import type { RecordReader } from '../../../core/record.ts'
import { PROFILE, refusalOf } from '../../../fhir-profiles/index.ts'
import { hasCode, versioned } from '../../record/reading.ts'
import { instantOf, minutesFrom } from '../../record/times.ts'
import { codesOf, isLabel, knownSince } from './conditions.ts'
import { HORIZONS } from './risk.ts'
import { shippedConditions } from './shipped-conditions.ts'
import { METHOD } from './to-fhir/codes.ts'
import { localCode } from './to-fhir/local-code.ts'
import { acquisitionOf, saidBy } from './to-fhir/read-back.ts'
import type { ConditionLabel } from './types.ts'

const HOURS_A_YEAR = 8766
const MAX_RESOURCES = 1000

/** 'copd', or 'copd.5y' of the risk within five years. */
const keyOf = (key: string, years: number): string => (years === 0 ? key : `${key}.${years}y`)

/**
 * Later coded diagnoses judge what was said (specs README section M): those of the same encounter what is there now, those of the
 * following years the risk within one, five and ten. Only conditions that were shown were said; what is hidden is not judged.
 */
export const loop: ClosedLoop = {
  get labels() {
    return labels()
  },
  listensTo: ['Condition', 'Encounter'],
  predictions,
  mayBeTruth: (resource: Resource) => resource.resourceType === 'Condition' || resource.resourceType === 'Encounter',
  truths
}

let declared: LoopLabel[] | undefined

/** Each shipped condition that the record can name, now and at each horizon. */
function labels(): LoopLabel[] {
  declared ??= shippedConditions().flatMap(({ key, title }): LoopLabel[] => [
    { key, title, kind: 'probability', window: 'encounter' },
    ...HORIZONS.map(
      (years): LoopLabel => ({
        key: keyOf(key, years),
        title: `${title} within ${years} y`,
        kind: 'probability',
        window: { beforeHours: 0, afterHours: years * HOURS_A_YEAR }
      })
    )
  ])
  return declared
}

const byCode = (): ReadonlyMap<string, ConditionLabel> =>
  new Map(shippedConditions().map((label) => [localCode(label.key), label]))

async function predictions(result: LeadingResult, record: RecordReader): Promise<LoopResult | undefined> {
  if (result.resourceType !== 'RiskAssessment' || !hasCode(result.method, [METHOD])) return undefined
  const at = (await acquisitionOf(result, record)) ?? instantOf(result.occurrenceDateTime)
  if (!at) return undefined
  const about = { at, ...(result.encounter?.reference ? { encounter: result.encounter.reference } : {}) }
  const refused = refusalOf(result)
  if (refused) return { ...about, predictions: [], refused }
  const known = byCode()
  return {
    ...about,
    predictions: saidBy(result).flatMap(({ code, years, probability }) => {
      const label = known.get(code)
      return label ? [{ label: keyOf(label.key, years), value: probability }] : []
    })
  }
}

async function truths(patient: string, record: RecordReader): Promise<Truth[]> {
  const search = <T extends Resource>(query: string) => record.search<T>(`${query}&_count=${MAX_RESOURCES}`)
  const profiles = await search<RiskAssessment>(
    `RiskAssessment?patient=${patient}&_profile=${PROFILE.conditionProfile}`
  )
  const said = await Promise.all(profiles.map((profile) => wordsOf(profile, record)))
  const spoken = said.flat()
  if (spoken.length === 0) return []
  const [conditions, encounters] = [
    await search<Condition>(`Condition?patient=${patient}`),
    await search<Encounter>(`Encounter?patient=${patient}`)
  ]
  const now = new Map(spoken.filter(({ years }) => years === 0).map(({ label }) => [label.key, label]))
  return [
    ...encounters.flatMap((encounter) => truthsOfEncounter(encounter, conditions, [...now.values()])),
    ...spoken.flatMap((one) => (one.years === 0 ? [] : truthOfYears(one, conditions, encounters)))
  ]
}

/** One thing that a profile said: a condition at a horizon. */
interface Spoken {
  profile: string
  at: string
  label: ConditionLabel
  years: number
}

async function wordsOf(profile: RiskAssessment, record: RecordReader): Promise<Spoken[]> {
  const at = await acquisitionOf(profile, record)
  if (!at || profile.status === 'entered-in-error') return []
  const known = byCode()
  return saidBy(profile).flatMap(({ code, years }) => {
    const label = known.get(code)
    return label ? [{ profile: `RiskAssessment/${profile.id}`, at, label, years }] : []
  })
}

/**
 * What a closed encounter was coded with. One without any coded diagnosis was not coded, and says nothing: else every condition of
 * a house that does not code would be taken as absent.
 */
function truthsOfEncounter(
  encounter: Encounter,
  conditions: readonly Condition[],
  labels: readonly ConditionLabel[]
): Truth[] {
  const at = instantOf(encounter.period?.end)
  const own = conditions.filter((one) => one.encounter?.reference === `Encounter/${encounter.id}`)
  if (encounter.status !== 'finished' || !at || own.flatMap(codesOf).length === 0) return []
  return labels.map((label) => {
    const diagnosis = own.find((one) => codesOf(one).some((code) => isLabel(label, code)))
    return {
      label: label.key,
      key: `Encounter/${encounter.id}`,
      reference: versioned(diagnosis ?? encounter),
      at,
      encounter: `Encounter/${encounter.id}`,
      value: diagnosis ? 1 : 0
    }
  })
}

/**
 * Whether the condition was first coded within the years. Who had it before was not at risk; who was not seen again after the years
 * may have it without our knowing: both give no truth.
 */
function truthOfYears(
  { profile, at, label, years }: Spoken,
  conditions: readonly Condition[],
  encounters: readonly Encounter[]
): Truth[] {
  const key = keyOf(label.key, years)
  const until = minutesFrom(at, years * HOURS_A_YEAR * 60)
  const coded = conditions
    .filter((one) => codesOf(one).some((code) => isLabel(label, code)))
    .map((condition) => ({ condition, since: instantOf(knownSince(condition)) }))
  if (coded.some(({ since }) => since === undefined || since <= at)) return []
  const [first] = coded.filter(({ since }) => since! <= until).sort((a, b) => (a.since! < b.since! ? -1 : 1))
  if (first) {
    const { condition, since } = first
    return [{ label: key, key: `Condition/${condition.id}`, reference: versioned(condition), at: since!, value: 1 }]
  }
  const seenLater = encounters.find(({ period }) => (instantOf(period?.end ?? period?.start) ?? '') > until)
  return seenLater
    ? [{ label: key, key: `${profile}#${years}y`, reference: versioned(seenLater), at: until, value: 0 }]
    : []
}
