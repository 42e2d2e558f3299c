import type { Observation, ObservationComponent, Reference } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../core/time.ts'
import { durationMs, type Waveform } from '../../core/waveform.ts'
import { CATEGORY } from '../codes/hl7.ts'
import { leadByCoding, leadByNumber } from '../codes/leads.ts'
import { LOINC } from '../codes/loinc.ts'
import { concept } from '../codes/table.ts'
import { EXTENSION, IDENTIFIER, PROFILE } from '../generated/constants.ts'
import { fhirDateTime } from './fhir-time.ts'
import { SAMPLED_DATA_MAX_MS, sampledDataOf, waveformFromSampledData } from './sampled-data.ts'
import { withoutUndefined } from './without-undefined.ts'

export interface EcgObservationInput {
  /** The rhythm recording. */
  waveform: Waveform
  acquiredAt: ClinicalTime
  /** 'Patient/..', or core's SUBJECT placeholder; absent while nobody is known. */
  subject?: string
  encounter?: string
  /** Reference of the waveform document(s). */
  derivedFrom: string[]
  /** Tracing identity (rules section 1). */
  tracing?: string
  /** Instant at which it became available here (Observation.issued). */
  issued?: string
  /** sha256 over the samples in physical units. */
  sampleDigest?: string
  status?: Observation['status']
  /** Measuring device, as text. */
  device?: string
  /** Samples in components whatever the length: for files, which have no waveform document beside them. */
  everySample?: boolean
}

/**
 * The ECG Observation (HisBundleEcgObservation): one component a lead up to 60 s, lead codes of the offset table, else
 * only the reference to the waveform document. Channels without a lead number stay in the document.
 *
 * @throws AppError FHIR_INVALID when the acquisition time holds no year
 */
export function buildEcgObservation(input: EcgObservationInput): Observation {
  const time = fhirDateTime(input.acquiredAt)
  if (time === undefined) throw new AppError('FHIR_INVALID', { at: 'Observation.effectiveDateTime' })
  const short = input.everySample || durationMs(input.waveform) <= SAMPLED_DATA_MAX_MS
  const component = short ? leadComponents(input.waveform) : []
  const observation: Observation & { _effectiveDateTime?: unknown } = {
    resourceType: 'Observation',
    meta: { profile: [PROFILE.ecgObservation] },
    extension: input.sampleDigest ? [{ url: EXTENSION.sampleDigest, valueString: input.sampleDigest }] : undefined,
    identifier: input.tracing ? [{ system: IDENTIFIER.tracing, value: input.tracing }] : undefined,
    status: input.status ?? 'final',
    category: [concept(CATEGORY.procedure)],
    code: concept(LOINC.ekgStudy),
    subject: reference(input.subject),
    encounter: reference(input.encounter),
    effectiveDateTime: time.value,
    _effectiveDateTime: time.element,
    issued: input.issued,
    device: input.device ? { display: input.device } : undefined,
    derivedFrom: input.derivedFrom.length > 0 ? input.derivedFrom.map((one) => ({ reference: one })) : undefined,
    component: component.length > 0 ? component : undefined
  }
  return withoutUndefined(observation)
}

/**
 * The rhythm recording of an ECG Observation's components; undefined when it has none (longer than 60 s).
 * Components whose code is no ECG lead are left out.
 *
 * @throws AppError FHIR_INVALID for malformed SampledData
 */
export function waveformOfEcgObservation(observation: Observation): Waveform | undefined {
  const leads = (observation.component ?? []).flatMap((component) => {
    const lead = (component.code?.coding ?? []).map(leadByCoding).find((found) => found !== undefined)
    if (lead === undefined || component.valueSampledData === undefined) return []
    return [{ mdc: lead.n, sampled: component.valueSampledData }]
  })
  return leads.length > 0 ? waveformFromSampledData(leads) : undefined
}

function leadComponents(waveform: Waveform): ObservationComponent[] {
  return waveform.leads.flatMap((lead, index) => {
    const code = lead.mdc === undefined ? undefined : leadByNumber(lead.mdc)
    return code === undefined ? [] : [{ code: concept(code.fhir), valueSampledData: sampledDataOf(waveform, index) }]
  })
}

const reference = (text: string | undefined): Reference<never> | undefined =>
  text === undefined ? undefined : { reference: text }
