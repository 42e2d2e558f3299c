import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fhirRepositoryContract } from '../../test/contract/fhir-repository.contract.ts'
import { createSqliteStore } from './index.ts'

const dir = mkdtempSync(join(tmpdir(), 'hisbundle-repository-'))
const store = createSqliteStore({ dir })
afterAll(async () => {
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

fhirRepositoryContract('sqlite', async () => {
  await store.start()
  return store
})
