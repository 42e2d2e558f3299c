import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from '@medplum/fhirtypes'
import { createSqliteStore } from '../../../server/store/index.ts'
import { looksThenCreates } from './conditional-create.vulnerable.ts'
import { seenFailing } from './seen-failing.ts'

const COUNT = 1000

type Make = () => Promise<{
  create(identifier: string): Promise<'created' | 'found'>
  count(): Promise<number>
  stop(): Promise<void>
}>

const ours: Make = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hb-conditional-'))
  const store = createSqliteStore({ dir })
  await store.start()
  const repository = store.repository({ kind: 'rest' })
  return {
    async create(value) {
      const patient: Patient = { resourceType: 'Patient', identifier: [{ system: 'urn:example', value }] }
      const { outcome } = await repository.conditionalCreate(patient, {
        resourceType: 'Patient',
        filters: [{ code: 'identifier', operator: 'eq' as never, value: `urn:example|${value}` }]
      })
      return outcome.id === 'created' ? 'created' : 'found'
    },
    count: async () => (await store.search('Patient?_count=50')).length,
    async stop() {
      await store.stop()
      rmSync(dir, { recursive: true })
    }
  }
}

/** A1-14; over HTTP and inside overlapping transactions: server/fhir/router.test.ts. */
seenFailing<Make>(
  '1,000 parallel identical conditional creates make one resource',
  { ours, weak: looksThenCreates },
  async (make) => {
    const store = await make()
    const outcomes = await Promise.all(Array.from({ length: COUNT }, () => store.create('same')))
    const count = await store.count()
    await store.stop()
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
    expect(count).toBe(1)
  }
)
