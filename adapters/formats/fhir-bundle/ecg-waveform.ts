import type { Observation, ObservationComponent } from '@medplum/fhirtypes'
import type { DecodedWaveform } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { HIS, leadByCoding, waveformOfEcgObservation } from '../../../fhir-profiles/index.ts'
import { clinicalTime } from './clinical-time.ts'

/** Millivolts in one of each unit that SampledData.origin may name. */
const MILLIVOLTS: Readonly<Record<string, number>> = { V: 1000, mV: 1, uV: 1e-3, nV: 1e-6 }

/** Whether an Observation holds samples of an ECG lead (component codes 131328 + n; codes.md section 3). */
export const isEcg = (observation: Observation): boolean => sampled(observation).some(isLead)

/**
 * An ECG Observation as a recording in mV.
 *
 * @throws AppError LEAD_UNKNOWN (a sampled component that names no lead), UNIT_UNKNOWN, TIME_UNUSABLE, FHIR_INVALID,
 * WAVEFORM_INCONSISTENT
 */
export function ecgWaveform(observation: Observation, businessKey: string): DecodedWaveform {
  const components = sampled(observation)
  if (!components.every(isLead)) throw new AppError('LEAD_UNKNOWN', { at: 'Observation.component.code' })
  const acquiredAt = clinicalTime(
    observation.effectiveDateTime ?? observation.effectiveInstant ?? observation.effectivePeriod?.start
  )
  if (!acquiredAt) throw new AppError('TIME_UNUSABLE', { at: 'Observation.effective' })
  const waveform = waveformOfEcgObservation({ ...observation, component: components })
  if (!waveform?.samples[0]?.length) throw new AppError('WAVEFORM_INCONSISTENT', { at: 'Observation.component' })
  const factors = waveform.leads.map(({ unit }) => {
    const factor = Object.hasOwn(MILLIVOLTS, unit) ? MILLIVOLTS[unit] : undefined
    if (factor === undefined)
      throw new AppError('UNIT_UNKNOWN', { at: 'Observation.component.valueSampledData.origin' })
    return factor
  })
  const statements = (observation.note ?? []).flatMap(({ text }) => (text ? [text] : []))
  return {
    businessKey,
    waveforms: [
      {
        ...waveform,
        leads: waveform.leads.map((lead, index) => ({
          ...lead,
          unit: 'mV',
          resolution: lead.resolution * (factors[index] ?? 1)
        })),
        samples: waveform.samples.map((series, index) => series.map((value) => value * (factors[index] ?? 1))),
        startedAt: acquiredAt
      }
    ],
    acquiredAt,
    receivedFrom: 'fhir',
    state: stateOf(observation.status),
    ...(isRetracted(observation.status) && hasTag(observation, HIS['wrong-patient']) ? { wrongPatient: true } : {}),
    ...(hasTag(observation, HIS.synthetic) ? { synthetic: true } : {}),
    ...(statements.length > 0 ? { statements } : {}),
    ...(observation.device?.display ? { device: { model: observation.device.display } } : {})
  }
}

/** Components with samples; an Observation that is itself one lead counts as its only component. */
function sampled(observation: Observation): ObservationComponent[] {
  const own: ObservationComponent[] = observation.valueSampledData
    ? [{ code: observation.code, valueSampledData: observation.valueSampledData }]
    : []
  const components = Array.isArray(observation.component) ? observation.component : []
  return [...own, ...components.filter((component) => component?.valueSampledData !== undefined)]
}

/**
 * A mark that the sender set: simulated or derived from what is (rules section 11; everything made of it inherits the mark),
 * taken back as another person's. The tags are as they came: anything may stand there.
 */
const hasTag = ({ meta }: Observation, { system, code }: { system: string; code: string }): boolean =>
  Array.isArray(meta?.tag) && meta.tag.some((tag) => tag?.system === system && tag.code === code)

const isLead = ({ code }: ObservationComponent): boolean =>
  (code?.coding ?? []).some((coding) => leadByCoding(coding) !== undefined)

const isRetracted = (status: Observation['status'] | undefined): boolean =>
  status === 'entered-in-error' || status === 'cancelled'

function stateOf(status: Observation['status'] | undefined): DecodedWaveform['state'] {
  if (isRetracted(status)) return 'retracted'
  return status === 'corrected' || status === 'amended' ? 'corrected' : 'final'
}
