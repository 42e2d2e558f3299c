import type { Observation } from '@medplum/fhirtypes'
import type { FhirStore } from '../../core/fhir-store.ts'
import { keepSource } from './keep-source.ts'
import { sourceOf, TAG, withTag } from './marks.ts'

type Stored = Observation & { id: string }
const said = (envelopeId: string, value: number): Stored => ({
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  code: { text: 'potassium' },
  valueInteger: value,
  meta: { source: sourceOf(envelopeId) }
})
const kept = async (stored: Stored, resource: Stored): Promise<Stored> => {
  const store = { read: async () => stored } as unknown as Pick<FhirStore, 'read'>
  const [write] = await keepSource(store, [{ resource }])
  return write!.resource as Stored
}
const versioned = (resource: Stored): Stored => ({ ...resource, meta: { ...resource.meta, versionId: '1' } })

describe('what says the same as what is stored', () => {
  test('keeps its source, so that the store sees no change', async () => {
    expect(await kept(versioned(said('E1', 4)), said('E2', 4))).toEqual(said('E1', 4))
  })

  test('takes no mark of a replay', async () => {
    expect(await kept(versioned(said('E1', 4)), withTag(said('E1', 4), TAG.replayed))).toEqual(said('E1', 4))
  })

  test('leaves the mark on what a replay brought', async () => {
    const brought = withTag(said('E1', 4), TAG.replayed)
    expect(await kept(versioned(brought), said('E2', 4))).toEqual(brought)
  })
})

test('what says something else is written as it comes, with its own source and mark', async () => {
  const next = withTag(said('E2', 5), TAG.replayed)
  expect(await kept(versioned(said('E1', 4)), next)).toEqual(next)
})
