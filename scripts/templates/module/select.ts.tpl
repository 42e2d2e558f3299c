import type { Observation } from '@medplum/fhirtypes'
import type { ModuleEvent, Selection } from '../../../core/inference-module.ts'
import type { RecordReader } from '../../../core/record.ts'
import { LOINC } from '../../../fhir-profiles/index.ts'
import type { Input } from './types.ts'

/** Every new ECG of a known patient with a Lead I. */
export async function select({ change }: ModuleEvent, record: RecordReader): Promise<Selection<Input>[]> {
  if (change?.resourceType !== 'Observation' || change.interaction === 'delete') return []
  const reference = `Observation/${change.id}`
  const ecg = await record.read<Observation>(reference)
  const patient = ecg?.subject?.reference
  if (!ecg || !patient || ['entered-in-error', 'cancelled'].includes(ecg.status)) return []
  if (!ecg.code.coding?.some(({ code }) => code === LOINC.ekgStudy.code)) return []
  const identity = {
    patient,
    patientAtFirstWrite: patient,
    tracing: change.id,
    basis: [`${reference}/_history/${ecg.meta?.versionId ?? '1'}`],
    ...(ecg.effectiveDateTime ? { acquiredAt: ecg.effectiveDateTime } : {})
  }
  const waveform = await record.waveform(reference)
  const lead = waveform.leads.findIndex(({ name }) => name === 'I')
  if (lead < 0) return [{ kind: 'refuse', identity, code: 'lead-missing' }]
  return [{ kind: 'run', identity, input: { samples: waveform.samples[lead]! } }]
}
