import type { Observation, Patient, Resource } from '@medplum/fhirtypes'
import type { RecordReader } from '../../core/record.ts'
import type { Waveform } from '../../core/waveform.ts'
import { IDENTIFIER, LOINC } from '../../fhir-profiles/index.ts'
import { simulated } from './simulated-ecg.ts'

/** A person with ECGs and potassium values, each so many hours before an instant that stands for now. */
export const NOW = '2026-03-01T12:00:00.000Z'
const PATIENT: Patient & { id: string } = { resourceType: 'Patient', id: 'p', birthDate: '1950-01-01' }

/** Hours before the tracing that is screened. */
export const before = (hours: number): string => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString()

export const ecg = (id: string, hours: number, changes: Partial<Observation> = {}): Observation & { id: string } => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [LOINC.ekgStudy] },
  subject: { reference: 'Patient/p' },
  identifier: [{ system: IDENTIFIER.tracing, value: `tracing-${id}` }],
  effectiveDateTime: before(hours),
  issued: before(hours),
  ...changes
})

export const potassium = (
  id: string,
  hours: number,
  value: number,
  changes: Partial<Observation> = {}
): Observation & { id: string } => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [LOINC.potassiumSerum] },
  subject: { reference: 'Patient/p' },
  effectiveDateTime: before(hours),
  valueQuantity: { value, code: 'mmol/L' },
  ...changes
})

const good = simulated(
  Array.from({ length: 10 }, (_, i) => i + 0.4),
  10,
  500
).map((value, i) => value + 0.003 * ((i % 7) - 3))

/** What a search of one patient's Observations gives: by code, dates, order and count, as the store does. */
export function record(observations: (Observation & { id: string })[], leads: Record<string, Float64Array> = {}) {
  const search = async (query: string) => {
    const parameters = new URLSearchParams(query.split('?')[1])
    const codes = (parameters.get('code') ?? '').split(',').map((token) => token.split('|')[1])
    const bounds = parameters.getAll('date').map((text) => [text.slice(0, 2), Date.parse(text.slice(2))] as const)
    const found = observations
      .filter(({ code }) => codes.includes(code.coding?.[0]?.code))
      .filter(({ effectiveDateTime }) => {
        const at = Date.parse(effectiveDateTime ?? '')
        return bounds.every(([how, limit]) =>
          how === 'ge' ? at >= limit : how === 'le' ? at <= limit : how === 'lt' ? at < limit : at > limit
        )
      })
      .sort((a, b) => Date.parse(b.effectiveDateTime ?? '') - Date.parse(a.effectiveDateTime ?? ''))
    return found.slice(0, Number(parameters.get('_count')))
  }
  const waveform = async (reference: string): Promise<Waveform> => ({
    kind: 'rhythm',
    rateHz: 500,
    gaps: [],
    leads: [{ name: 'I', mdc: 1, unit: 'mV', resolution: 0.001 }],
    samples: [leads[reference.split('/')[1]!] ?? good]
  })
  const all = new Map<string, Resource>([PATIENT, ...observations].map((one) => [`${one.resourceType}/${one.id}`, one]))
  return {
    search,
    read: async (reference: string) => all.get(reference.split('/_history')[0]!),
    waveform,
    reads: []
  } as unknown as RecordReader
}
