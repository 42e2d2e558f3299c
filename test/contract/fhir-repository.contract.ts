import { type FhirRepository, FhirRouter, makeSimpleRequest } from '@medplum/fhir-router'
import type { Bundle, Patient } from '@medplum/fhirtypes'
import type { FhirStore } from '../../core/fhir-store.ts'

const named = (family: string): Patient => ({ resourceType: 'Patient', name: [{ family }] })

/** What the FhirRepository of every store promises; `open` gives a started store on an empty place, which its caller ends. */
export function fhirRepositoryContract(name: string, open: () => Promise<FhirStore>): void {
  describe(`FhirRepository contract: ${name}`, () => {
    let store: FhirStore
    let repository: FhirRepository
    beforeAll(async () => {
      store = await open()
      repository = store.repository({ kind: 'admin' })
    })

    test('the router of @medplum/fhir-router runs on it as it is', async () => {
      const router = new FhirRouter()
      const made = await router.handleRequest(makeSimpleRequest('POST', 'Patient', named('Router')), repository)
      const id = (made[1] as Patient).id
      const [, found] = await router.handleRequest(makeSimpleRequest('GET', 'Patient?name=router'), repository)
      expect((found as Bundle).entry?.map((entry) => entry.resource?.id)).toEqual([id])
      const bundle: Bundle = {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { resource: named('One'), request: { method: 'POST', url: 'Patient' } },
          { resource: { ...named('Two'), gender: 'male', id }, request: { method: 'PUT', url: `Patient/${id}` } }
        ]
      }
      const request = { ...makeSimpleRequest('POST', '', bundle), config: { transactions: true } }
      const [, answer] = await router.handleRequest(request, repository)
      expect((answer as Bundle).type).toBe('transaction-response')
      expect((await store.read<Patient>('Patient', id!))?.gender).toBe('male')
    })

    test('a transaction that throws writes nothing', async () => {
      const work = repository.withTransaction(
        async (inside) => {
          await inside.createResource({ ...named('Lost'), id: 'lost' }, { assignedId: true })
          throw new Error('stop')
        },
        { resourceTypes: 'Patient' }
      )
      await expect(work).rejects.toThrow('stop')
      expect(await store.read('Patient', 'lost')).toBeUndefined()
    })

    test('a transaction sees its own writes by id, others only after its end', async () => {
      await repository.withTransaction(
        async (inside) => {
          await inside.createResource({ ...named('Staged'), id: 'staged' }, { assignedId: true })
          expect((await inside.readResource<Patient>('Patient', 'staged')).name?.[0]?.family).toBe('Staged')
          expect(await store.read('Patient', 'staged')).toBeUndefined()
        },
        { resourceTypes: 'Patient' }
      )
      expect((await store.read<Patient>('Patient', 'staged'))?.meta?.versionId).toBe('1')
    })

    test('what a transaction looked up and another changed meanwhile makes it run again', async () => {
      let runs = 0
      const result = await repository.withTransaction(
        async (inside) => {
          runs += 1
          const found = await inside.searchResources<Patient>({
            resourceType: 'Patient',
            count: 2,
            filters: [{ code: 'name', operator: 'eq', value: 'Raced' }]
          })
          // Another writer gets in between the look and the commit, once.
          if (runs === 1) await repository.createResource(named('Raced'))
          return found.length > 0 ? 'found' : (await inside.createResource(named('Raced'))) && 'made'
        },
        { resourceTypes: 'Patient' }
      )
      expect([runs, result]).toEqual([2, 'found'])
      expect(await store.search('Patient?name=raced')).toHaveLength(1)
    })

    test('parallel conditional creates through the repository make one resource', async () => {
      const search = {
        resourceType: 'Patient' as const,
        filters: [{ code: 'name', operator: 'eq' as const, value: 'Unique' }]
      }
      const made = await Promise.all(
        Array.from({ length: 50 }, () => repository.conditionalCreate(named('Unique'), { ...search }))
      )
      expect(new Set(made.map(({ resource }) => resource.id)).size).toBe(1)
    })
  })
}
