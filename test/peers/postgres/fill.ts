import type { Resource } from '@medplum/fhirtypes'
import type { FhirStore } from '../../../core/fhir-store.ts'

const AT_ONCE = 200
const OBSERVATIONS = 4
const DAY_MS = 86_400_000

/** Patients p0, p1 ... with four Observations each. */
export async function fillWithPatients(store: FhirStore, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i)
    const resources = numbers.flatMap((n) => [
      patient(n),
      ...Array.from({ length: OBSERVATIONS }, (_, k) => observation(n, k))
    ])
    await store.write(
      resources.map((resource) => ({ resource })),
      { kind: 'ingest' }
    )
  }
}

const patient = (n: number): Resource & { id: string } => ({
  resourceType: 'Patient',
  id: `p${n}`,
  name: [{ family: `Fam${n % 3000}`, given: [`Giv${n % 100}`] }],
  identifier: [{ system: 'urn:mrn', value: `M${n}` }],
  birthDate: new Date(n * DAY_MS).toISOString().slice(0, 10),
  gender: n % 2 === 0 ? 'female' : 'male'
})

const observation = (n: number, k: number): Resource & { id: string } => ({
  resourceType: 'Observation',
  id: `o${n}-${k}`,
  status: k === 0 ? 'corrected' : 'final',
  code: { coding: [{ system: 'http://loinc.org', code: k % 2 === 0 ? '8867-4' : '2823-3' }] },
  subject: { reference: `Patient/p${n}` },
  effectiveDateTime: new Date(Date.UTC(2024, 0, 1) + n * 600_000 + k * 60_000).toISOString(),
  valueQuantity: { value: 3 + (n % 40) / 10, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }
})
