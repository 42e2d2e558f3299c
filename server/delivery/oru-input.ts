import type { Encounter, Identifier, Patient, RiskAssessment, ServiceRequest } from '@medplum/fhirtypes'
import { composite, type FieldText } from '../../adapters/hl7v2/build.ts'
import { formatProbability, type OruInput, type OruObservation } from '../../adapters/hl7v2/oru.ts'
import { formatDtm } from '../../adapters/hl7v2/time.ts'
import { CODE_SYSTEM, EXTENSION, SYSTEM } from '../../fhir-profiles/index.ts'
import type { Hl7DestinationConfig } from '../config/schema.ts'

/** All that an ORU says; each a version in the store, so the same result gives the same bytes. */
export interface OruSources {
  result: RiskAssessment & { id: string }
  /** Text of the result's report: goes to NTE. */
  conclusion?: string
  order?: ServiceRequest
  patient: Patient
  encounter?: Encounter
  acquiredAt?: string
  model: { name: string; version: string }
  profile: Hl7DestinationConfig['profile']
  zone: string
}

/** MSH-10 of every resend of one version of a result. At most 20 characters (HL7 2.3 to 2.5). */
export const controlIdOf = (result: RiskAssessment): string =>
  `${(result.id ?? '').replaceAll('-', '').slice(0, 15).toUpperCase()}V${result.meta?.versionId ?? '1'}`.slice(0, 20)

/**
 * ORU^R01 of a prediction (rules section 6): one OBX for each outcome, NM 0..1 with three decimals and empty OBX-6; a
 * refusal has OBX-11 `X` and no value; a retracted result `W` repeats the same OBX-3 and OBX-4.
 */
export function oruInput(sources: OruSources): OruInput {
  const { result, order, patient, encounter, profile, zone } = sources
  const status = resultStatus(sources)
  const changedAt = new Date(result.meta?.lastUpdated ?? result.occurrenceDateTime ?? 0)
  const placer = orderNumber(order, 'PLAC')
  const filler = orderNumber(order, 'FILL')
  return {
    header: {
      sendingApplication: profile.sendingApplication ?? 'HISBUNDLE',
      sendingFacility: profile.sendingFacility ?? '',
      receivingApplication: profile.receivingApplication ?? '',
      receivingFacility: profile.receivingFacility ?? '',
      controlId: controlIdOf(result),
      time: changedAt,
      zone,
      processingId: profile.processingId ?? 'P',
      ...(profile.characterSet ? { charset: profile.characterSet } : {})
    },
    patient: {
      identifiers: (patient.identifier ?? []).map(cx).join('~'),
      name: composite(patient.name?.[0]?.family, patient.name?.[0]?.given?.[0]),
      birthDate: patient.birthDate?.replaceAll('-', ''),
      sex: SEX[patient.gender ?? 'unknown']
    },
    ...(encounter?.identifier?.[0]
      ? { visit: { number: cx({ ...encounter.identifier[0], type: { coding: [{ code: 'VN' }] } }) } }
      : {}),
    order: {
      placerOrderNumber: placer,
      fillerOrderNumber: filler ?? `HB${(result.id ?? '').replaceAll('-', '').slice(0, 18).toUpperCase()}`,
      orderStatus: status === 'X' ? 'CA' : 'CM',
      code: orderedCode(order, result),
      ...(sources.acquiredAt ? { observedAt: formatDtm(new Date(sources.acquiredAt), zone) } : {}),
      ...(order?.requester?.display ? { orderingProvider: composite(undefined, order.requester.display) } : {}),
      statusChangedAt: changedAt,
      resultStatus: status === 'W' ? 'C' : status,
      notes: notes(sources)
    },
    observations: (result.prediction ?? []).map((prediction, index) =>
      observation(sources, prediction, { index, status })
    )
  }
}

function observation(
  { result, model, acquiredAt, zone }: OruSources,
  prediction: NonNullable<RiskAssessment['prediction']>[number],
  { index, status }: { index: number; status: string }
): OruObservation {
  const outcome = prediction.outcome?.coding?.[0]
  const probability = prediction.probabilityDecimal
  const method = result.method?.coding?.[0]?.code
  const risk = prediction.qualitativeRisk?.coding?.[0]?.code
  return {
    content:
      probability === undefined || status === 'X'
        ? { type: 'none' }
        : { type: 'NM', value: formatProbability(probability) },
    code: {
      code: outcome?.code ?? 'unknown',
      display: outcome?.display,
      system: outcome?.system === SYSTEM.snomed ? 'SCT' : '99HISB'
    },
    subId: String(index + 1),
    ...(risk === HIGH_RISK ? { flags: 'A' } : {}),
    status,
    ...(acquiredAt ? { time: formatDtm(new Date(acquiredAt), zone) } : {}),
    ...(method ? { method: { code: method, system: '99HISB' } } : {}),
    equipment: [model.name, model.version]
  }
}

/** SNOMED CT 15508007, high. */
const HIGH_RISK = '15508007'
const SEX: Record<string, string> = { male: 'M', female: 'F', other: 'O', unknown: 'U' }

/**
 * OBX-11 by the state of the result and the destination's policy (rules section 6): X no value, W retracted, C changed
 * after a signature, F signed by a person, else what the site chose for what nobody has reviewed.
 */
export function resultStatus({ result, profile }: Pick<OruSources, 'result' | 'profile'>): string {
  switch (result.status) {
    case 'cancelled':
      return 'X'
    case 'entered-in-error':
      return 'W'
    case 'corrected':
    case 'amended':
      return 'C'
    case 'final':
      return 'F'
    default:
      return profile.resultStatus ?? 'P'
  }
}

function notes({ result, conclusion, profile }: OruSources): string[] {
  const label = result.extension?.find(({ url }) => url === EXTENSION.researchOnly)?.valueString
  const unreviewed = profile.resultStatus === 'F' && result.status !== 'final' ? ['automated, not reviewed'] : []
  return [conclusion, label, ...unreviewed].filter((text): text is string => Boolean(text))
}

function orderedCode(
  order: ServiceRequest | undefined,
  result: RiskAssessment
): { code: string; display?: string; system?: string } {
  const sent = order?.code?.coding?.find(({ system }) => system !== CODE_SYSTEM.concepts) ?? order?.code?.coding?.[0]
  const coding = sent ?? result.method?.coding?.[0]
  return {
    code: coding?.code ?? '',
    display: coding?.display,
    system: sent && sent.system !== CODE_SYSTEM.concepts ? 'L' : '99HISB'
  }
}

/** An EI as it came, components and all. */
function orderNumber(order: ServiceRequest | undefined, type: 'PLAC' | 'FILL'): FieldText {
  return order?.identifier?.findLast(({ type: t }) => t?.coding?.some(({ code }) => code === type))?.value
}

function cx({ value, system, type }: Identifier): string {
  const authority = system?.startsWith('urn:hisbundle:authority:')
    ? decodeURIComponent(system.slice('urn:hisbundle:authority:'.length)).replace(/:visit$/, '')
    : system?.replace('urn:oid:', '')
  return composite(value, undefined, undefined, authority, type?.coding?.[0]?.code) ?? ''
}
