import type { Encounter, Resource, RiskAssessment } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../../../core/changes.ts'
import type { Selection } from '../../../../core/inference-module.ts'
import { basisOf, HIS } from '../../../../fhir-profiles/index.ts'
import type { IcuStay } from '../../../record/icu-stay.ts'
import { hasCode } from '../../../record/reading.ts'
import { instantOf } from '../../../record/times.ts'
import type { CapIcuInput, UnitKind } from '../types.ts'
import { concernsVariables } from '../values/read-value.ts'
import { speaksOfComfortCare } from './comfort-care.ts'
import { MOMENT_HOURS, momentAfter, resultIdOf, type StayMoment, tracingOf } from './moment.ts'
import { answersOf } from './orders.ts'
import { type Asking, ask, lasted, readVisit, standing, type Visit } from './question.ts'
import { isUsedAsItIs, mayLieIn } from './reach.ts'
import { visitsOf } from './visits.ts'

type Chosen = Selection<CapIcuInput>[]

/** Results of one encounter. */
const MAX_RESULTS = 200

/** All moments of an encounter's stays, the orders they answer, and the withdrawal of what no longer holds. */
export async function offerVisit(encounter: Encounter, asking: Asking): Promise<Chosen> {
  const visit = await readVisit(encounter, asking)
  if (!visit) return []
  const chosen: Chosen = []
  for (const stay of visit.stays) chosen.push(...(await momentsOf(visit, stay, asking)))
  if (visit.stays.length > 0) chosen.push(...(await answersOf(visit, asking)))
  return [...chosen, ...(await outlived(visit, chosen, asking))]
}

/**
 * The moments of one stay: an answer for each that has passed while it lasted, a timer for each to come. A stay that ended
 * before a moment has no such moment.
 */
export async function momentsOf(
  visit: Visit,
  stay: IcuStay<UnitKind>,
  asking: Asking,
  hours: readonly number[] = asking.policy.moments
): Promise<Chosen> {
  const chosen: Chosen = []
  for (const moment of hours.map((after) => momentAfter(stay, after))) {
    if (!lasted(stay, moment.at)) continue
    if (moment.at > asking.now) chosen.push({ kind: 'wait', order: tracingOf(stay, moment.moment), until: moment.at })
    else if (await mayAsk(visit, stay, moment, asking)) chosen.push(await ask(visit, stay, moment, asking))
  }
  return chosen
}

/** Somebody known to be dead, nobody knows since when, is not foretold anything new; what was said stays up to date. */
async function mayAsk(visit: Visit, stay: IcuStay, moment: StayMoment, { record }: Asking): Promise<boolean> {
  const { deceasedBoolean, deceasedDateTime } = visit.person ?? {}
  const isUndated = deceasedBoolean === true || (deceasedDateTime !== undefined && !instantOf(deceasedDateTime))
  if (!isUndated || stay.end !== undefined) return true
  return (await standing(visit, tracingOf(stay, moment.moment), record)) !== undefined
}

/**
 * Results of this encounter that no stay and no order asks for any more: its stays begin elsewhere, or were too short. A
 * moment that the site no longer asks for is not taken back.
 */
async function outlived(visit: Visit, chosen: Chosen, { record }: Asking): Promise<Chosen> {
  const { encounter, patientAtFirstWrite, stays } = visit
  const moments = stays.flatMap((stay) =>
    MOMENT_HOURS.map((hours) => momentAfter(stay, hours)).flatMap(({ moment, at }) =>
      lasted(stay, at) ? [resultIdOf(patientAtFirstWrite, tracingOf(stay, moment))] : []
    )
  )
  const answers = chosen.flatMap((one) =>
    one.kind === 'run' || one.kind === 'refuse'
      ? [resultIdOf(patientAtFirstWrite, one.identity.tracing, one.identity.order?.placerOrderNumber)]
      : []
  )
  const asked = new Set([...moments, ...answers])
  const found = await record.search<RiskAssessment>(
    `RiskAssessment?encounter=Encounter/${encounter.id}&_count=${MAX_RESULTS}`
  )
  return found
    .filter((result) => isOurs(result, encounter) && result.status !== 'entered-in-error' && !asked.has(result.id!))
    .map(({ id }) => ({ kind: 'withdraw', result: `RiskAssessment/${id}` }))
}

const isOurs = (result: RiskAssessment, { id }: Encounter): boolean =>
  hasCode(result.code, [HIS['icu-mortality-risk']]) && (basisOf(result)[0]?.startsWith(`Encounter/${id}/`) ?? false)

/** What a change of an Observation, Condition, Procedure, order or Consent means for answers that were given. */
export async function changedBy(change: ChangeEvent, current: Resource | undefined, asking: Asking): Promise<Chosen> {
  const before = await versionBefore(change, asking)
  const versions = [current, before].filter((one) => one !== undefined)
  if (!versions.some((one) => matters(one, asking))) return []
  const patient = patientOf(current ?? before)
  if (!patient) return []
  const chosen: Chosen = []
  for (const visit of await visitsOf(patient, asking)) {
    for (const stay of visit.stays) chosen.push(...(await touched(visit, stay, versions, asking)))
    chosen.push(...(await answersOf(visit, asking, versions)))
  }
  return chosen
}

/** A correction may move a value out of a window: the version before it counts as well. */
async function versionBefore(change: ChangeEvent, { record }: Asking): Promise<Resource | undefined> {
  const version = Number(change.versionId)
  return version > 1 ? record.read<Resource>(`${change.resourceType}/${change.id}/_history/${version - 1}`) : undefined
}

const matters = (resource: Resource, { policy, lookup }: Asking): boolean =>
  resource.resourceType === 'Consent' ||
  (resource.resourceType === 'Observation' && concernsVariables(resource, lookup)) ||
  speaksOfComfortCare(resource, policy.comfortCare)

function patientOf(resource: Resource | undefined): string | undefined {
  const { subject, patient } = (resource ?? {}) as {
    subject?: { reference?: string }
    patient?: { reference?: string }
  }
  const reference = subject?.reference ?? patient?.reference
  return reference?.startsWith('Patient/') ? reference : undefined
}

/** The answered moments of a stay whose window holds one of the versions. */
async function touched(
  visit: Visit,
  stay: IcuStay<UnitKind>,
  versions: readonly Resource[],
  asking: Asking
): Promise<Chosen> {
  const { policy, record, now } = asking
  const chosen: Chosen = []
  for (const hours of policy.moments) {
    const moment = momentAfter(stay, hours)
    if (moment.at > now || !lasted(stay, moment.at)) continue
    if (!versions.some((one) => mayLieIn(one, stay.start, moment.at))) continue
    const result = await standing(visit, tracingOf(stay, moment.moment), record)
    if (result && isUsedAsItIs(result, versions[0])) continue
    chosen.push(...(await momentsOf(visit, stay, asking, [hours])))
  }
  return chosen
}
