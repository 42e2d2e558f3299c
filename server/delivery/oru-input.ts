import type { Encounter, Identifier, Observation, Patient, Reference, ServiceRequest } from '@medplum/fhirtypes'
import { composite, echoedField, type FieldText } from '../../adapters/hl7v2/build.ts'
import { systemName } from '../../adapters/hl7v2/observation/code-systems.ts'
import type { OruInput } from '../../adapters/hl7v2/oru.ts'
import { formatDtm } from '../../adapters/hl7v2/time.ts'
import { authorityOfSystem, CODE_SYSTEM, EXTENSION } from '../../fhir-profiles/index.ts'
import type { Hl7DestinationConfig } from '../config/schema.ts'
import type { Leading } from '../inference/leading-results.ts'
import { hasTag, TAG } from '../record/marks.ts'
import { besideObservations, isTakenBack, measuredObservations, predictedObservations } from './oru-observations.ts'

/** All that an ORU says; each a version in the store, so the same result gives the same bytes. */
export interface OruSources {
  result: Leading
  /** What a panel names as measured, in its order; of a prediction what its report names beside it. */
  members?: readonly Observation[]
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
export const controlIdOf = (result: Leading): string =>
  `${(result.id ?? '').replaceAll('-', '').slice(0, 15).toUpperCase()}V${result.meta?.versionId ?? '1'}`.slice(0, 20)

/**
 * ORU^R01 of a result (rules section 6). Of a prediction one OBX for each outcome, NM 0..1 with three decimals and empty
 * OBX-6; of a panel one OBX for each measurement that stands by itself, with its unit. A refusal has OBX-11 `X` and no
 * value; a retracted result (`W` another person's, else `D`) repeats the same OBX-3 and OBX-4.
 */
export function oruInput(sources: OruSources): OruInput {
  const { result, order, patient, encounter, profile, zone } = sources
  const status = resultStatus(sources)
  const changedAt = new Date(result.meta?.lastUpdated ?? 0)
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
      ...(order?.requester?.display ? { orderingProvider: orderedBy(order.requester) } : {}),
      statusChangedAt: changedAt,
      resultStatus: isTakenBack(status) ? 'C' : status,
      notes: notes(sources)
    },
    observations:
      result.resourceType === 'RiskAssessment'
        ? [
            ...predictedObservations(result, obx(sources, status)),
            ...besideObservations(result, sources.members ?? [], obx(sources, status))
          ]
        : measuredObservations(result, sources.members ?? [], obx(sources, status))
  }
}

/** What every OBX of a result carries alike. */
const obx = ({ result, model, acquiredAt, zone }: OruSources, status: string) => ({
  status,
  method: result.method?.coding?.[0]?.code,
  equipment: [model.name, model.version],
  ...(acquiredAt ? { time: formatDtm(new Date(acquiredAt), zone) } : {})
})

const SEX: Record<string, string> = { male: 'M', female: 'F', other: 'O', unknown: 'U' }

/**
 * OBX-11 by the state of the result and the destination's policy (rules section 6): X no value, W taken back because it was
 * another person's, D taken back for any other reason or none, C changed after a signature, F signed by a person, else what the
 * site chose for what nobody has reviewed.
 */
export function resultStatus({ result, profile }: Pick<OruSources, 'result' | 'profile'>): string {
  switch (result.status) {
    case 'cancelled':
      return 'X'
    case 'entered-in-error':
      return hasTag(result, TAG.wrongPatient) ? 'W' : 'D'
    case 'corrected':
    case 'amended':
      return 'C'
    case 'final':
      return 'F'
    default:
      return profile.resultStatus ?? 'P'
  }
}

/** What stands beside OBX-11 W and D in place of the conclusion: who reads the NTE alone would act on the old one. */
const TAKEN_BACK: Record<string, string> = {
  W: "Taken back: what it rests on was another person's. Do not use the result that was sent before.",
  D: 'Taken back: the result that was sent before does not stand. Do not use it.'
}

function notes({ result, conclusion, profile }: OruSources): string[] {
  const label = result.extension?.find(({ url }) => url === EXTENSION.researchOnly)?.valueString
  const unreviewed = profile.resultStatus === 'F' && result.status !== 'final' ? ['automated, not reviewed'] : []
  const said = TAKEN_BACK[resultStatus({ result, profile })] ?? conclusion
  return [said, askedBy(result), label, ...unreviewed].filter((text): text is string => Boolean(text))
}

/** The laboratory's own order whose result asked for this one, by the numbers that it knows it by: EI as 'id (namespace)'. */
function askedBy(result: Leading): string | undefined {
  const basis = result.resourceType === 'RiskAssessment' ? (result.basis ?? []) : []
  const numbers = basis.flatMap(({ identifier }) => {
    const type = identifier?.type?.coding?.[0]?.code
    const word = type === 'PLAC' ? 'placer' : type === 'FILL' ? 'filler' : undefined
    const [id, ...authority] = identifier?.value?.split('^') ?? []
    return word && id ? [`${word} ${id}${authority[0] ? ` (${authority[0]})` : ''}`] : []
  })
  return numbers.length > 0 ? `Potassium of laboratory order: ${numbers.join(', ')}.` : undefined
}

/** OBR-4 as it was ordered, both triplets; of a result that nobody ordered the module's own code. */
function orderedCode(order: ServiceRequest | undefined, result: Leading): string {
  const sent = order?.code?.coding?.filter(({ system }) => system !== CODE_SYSTEM.concepts) ?? []
  if (sent.length > 0)
    return composite(
      ...sent.slice(0, 2).flatMap(({ code, display, system }) => [code, display, system && systemName(system)])
    )
  const own = order?.code?.coding?.[0] ?? result.method?.coding?.[0]
  return composite(own?.code, own?.display, '99HISB')
}

/** OBR-16 as it came; a person who is known by name only has none of its numbers. */
const orderedBy = ({ identifier, display }: Reference): FieldText =>
  identifier?.value ? echoedField(identifier.value) : composite(undefined, display)

/** An EI as it came, components and all. */
function orderNumber(order: ServiceRequest | undefined, type: 'PLAC' | 'FILL'): FieldText {
  const number = order?.identifier?.findLast(({ type: t }) => t?.coding?.some(({ code }) => code === type))?.value
  return number === undefined ? undefined : echoedField(number)
}

function cx({ value, system, type }: Identifier): string {
  const authority = system && authorityOfSystem(system).replace(/:visit$/, '')
  return composite(value, undefined, undefined, authority, type?.coding?.[0]?.code) ?? ''
}
