import type { DiagnosticReport, Observation, Patient, Resource } from '@medplum/fhirtypes'
import type { FhirStore } from '../../../core/fhir-store.ts'
import { person } from './messages.ts'

type Stored = Resource & { id: string }

const PER_PERSON = 5
const BATCH = 500

/** How many people `loadHospital` needs for that many resources. */
export const peopleFor = (resources: number): number => Math.ceil(resources / PER_PERSON)

/** 'Patient/<id>' of a person that `loadHospital` wrote. */
export const patientOf = (number: number): string => `Patient/p${number}`

/** Writes people with three potassium results and their report each: five resources a person, by the store's own way. */
export async function loadHospital(store: FhirStore, people: number): Promise<void> {
  let batch: Stored[] = []
  const flush = async (): Promise<void> => {
    await store.write(
      batch.map((resource) => ({ resource })),
      { kind: 'admin' }
    )
    batch = []
  }
  for (let number = 0; number < people; number++) {
    batch.push(...resourcesOf(number))
    if (batch.length >= BATCH) await flush()
  }
  if (batch.length > 0) await flush()
}

function resourcesOf(number: number): Stored[] {
  const { mrn, family, birthDate } = person(number)
  const patient: Patient & { id: string } = {
    resourceType: 'Patient',
    id: `p${number}`,
    identifier: [{ system: 'urn:bench', value: mrn }],
    name: [{ family, given: ['Anna'] }],
    gender: 'female',
    birthDate
  }
  const observations = [0, 1, 2].map((index): Observation & { id: string } => ({
    resourceType: 'Observation',
    id: `o${number}-${index}`,
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3', display: 'Potassium' }] },
    subject: { reference: `Patient/p${number}` },
    effectiveDateTime: new Date(Date.UTC(2026, 0, 1) + (number * 3 + index) * 60_000).toISOString(),
    valueQuantity: {
      value: 3 + ((number + index) % 30) / 10,
      unit: 'mmol/L',
      system: 'http://unitsofmeasure.org',
      code: 'mmol/L'
    }
  }))
  const report: DiagnosticReport & { id: string } = {
    resourceType: 'DiagnosticReport',
    id: `r${number}`,
    status: 'final',
    code: { text: 'Electrolytes' },
    subject: { reference: `Patient/p${number}` },
    result: observations.map(({ id }) => ({ reference: `Observation/${id}` }))
  }
  return [patient, ...observations, report]
}
