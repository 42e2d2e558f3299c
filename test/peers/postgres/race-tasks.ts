import type { Observation, Patient } from '@medplum/fhirtypes'
import type { Cause } from '../../../core/changes.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { FhirStore } from '../../../core/fhir-store.ts'
import type { StoreRepository } from '../../../server/store/repository.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const CAUSE: Cause = { kind: 'ingest' }
export const PATIENTS = 12

export const marked = (id: string, mark: string): Patient & { id: string } => ({
  resourceType: 'Patient',
  id,
  identifier: [{ system: 'tx', value: mark }]
})

export const about = (id: string, patient: string): Observation & { id: string } => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` }
})

/** What one transaction of a race was and how it ended. */
export interface Ended {
  mark: string
  ids: string[]
  outcome: string
}

export interface Race {
  task: 'conditional' | 'bundles'
  count: number
  /** Tells the processes apart; seeds their choices. */
  name: number
}

/** What a process of a race does with its store, `count` times at once. */
export async function race(store: FhirStore, { task, count, name }: Race): Promise<Ended[]> {
  return task === 'conditional' ? conditional(store, count) : bundles(store, count, name)
}

/** The same conditional create, again and again (If-None-Exist). */
async function conditional(store: FhirStore, count: number): Promise<Ended[]> {
  const repository = store.repository(CAUSE) as StoreRepository
  const patient: Patient = { resourceType: 'Patient', identifier: [{ system: 'urn:mrn', value: 'one' }] }
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { resource, outcome } = await repository.createIf(patient, 'identifier=urn:mrn|one')
      return { mark: '', ids: [resource.id], outcome }
    })
  )
}

/** Random overlapping transactions: writes, versions that must match, references, deletes, and batches that must fail. */
async function bundles(store: FhirStore, count: number, name: number): Promise<Ended[]> {
  const random = seededRandom(name)
  const pick = (n: number): number => Math.floor(random() * n)
  const ended: Ended[] = []
  let next = 0
  const one = async (): Promise<void> => {
    const mark = `${name}-${next++}`
    const ids = [...new Set(Array.from({ length: 1 + pick(5) }, () => `p${pick(PATIENTS)}`))]
    const writes = ids.map((id) => ({ resource: marked(id, mark) as never }))
    const kind = pick(10)
    if (kind === 0) writes.push({ resource: about(`lost-${mark}`, 'nobody') as never })
    if (kind < 4) writes.push({ resource: about(`o-${mark}`, `p${pick(PATIENTS)}`) as never })
    if (kind === 9) writes.splice(0, 1, { resource: marked(ids[0]!, mark), remove: true } as never)
    const outcome = await store.write(writes, CAUSE).then(
      () => 'done',
      (error: unknown) => (error instanceof AppError ? `${error.code} ${error.reason ?? ''}`.trim() : String(error))
    )
    ended.push({ mark, ids: kind === 9 ? ids.slice(1) : ids, outcome })
  }
  // So many at a time as a busy process has under way.
  await Promise.all(
    Array.from({ length: 24 }, async () => {
      while (next < count) await one()
    })
  )
  return ended
}
