import type { Bundle, Patient, Resource } from '@medplum/fhirtypes'
import type { SubjectClaim } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { EncodableRecording, EncodedFile } from '../../../core/format.ts'
import { uuidV5 } from '../../../core/ids.ts'
import { authoritySystem, buildEcgObservation, HIS } from '../../../fhir-profiles/index.ts'

/**
 * The tracing as an ECG Observation (HisBundleEcgObservation, SampledData in every lead of the table) beside its Patient, in a
 * transaction Bundle. Ids are made from the content. Channels that are no lead of the table have no code and are left out, as
 * are the waveforms behind the first.
 *
 * @throws AppError WAVEFORM_INCONSISTENT reason `no-waveform` (no lead of the table); FHIR_INVALID (no time, resolution)
 */
export function writeFhir(recording: EncodableRecording): EncodedFile[] {
  const [waveform] = recording.waveforms
  if (!waveform?.leads.some(({ mdc }) => mdc !== undefined)) {
    throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'no-waveform' })
  }
  const { subject, acquiredAt, device, statements = [], synthetic } = recording
  const patient = subject && patientOf(subject)
  const observation = buildEcgObservation({
    waveform,
    acquiredAt,
    derivedFrom: [],
    everySample: true,
    ...(patient ? { subject: urlOf(patient) } : {}),
    ...(device ? { device: [device.manufacturer, device.model].filter(Boolean).join(' ') || undefined } : {})
  })
  const ecg: Resource = {
    ...observation,
    ...(statements.length > 0 ? { note: statements.map((text) => ({ text })) } : {}),
    ...(synthetic ? { meta: { ...observation.meta, tag: [HIS.synthetic] } } : {})
  }
  const bundle: Bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [...(patient ? [patient] : []), ecg].map((resource) => ({
      fullUrl: urlOf(resource),
      resource,
      request: { method: 'POST', url: resource.resourceType }
    }))
  }
  return [{ extension: '.json', mediaType: 'application/fhir+json', bytes: Buffer.from(`${JSON.stringify(bundle)}\n`) }]
}

const urlOf = (resource: Resource): string => `urn:uuid:${uuidV5('fhir-writer', JSON.stringify(resource))}`

function patientOf({ identifiers, family, given, birthDate, sex }: SubjectClaim): Patient {
  return {
    resourceType: 'Patient',
    ...(identifiers.length > 0
      ? {
          identifier: identifiers.map(({ value, authority }) => ({
            ...(authority ? { system: authoritySystem(authority) } : {}),
            value
          }))
        }
      : {}),
    ...(family || given ? { name: [{ ...(family ? { family } : {}), ...(given ? { given } : {}) }] } : {}),
    ...(birthDate ? { birthDate } : {}),
    ...(sex ? { gender: sex } : {})
  }
}
