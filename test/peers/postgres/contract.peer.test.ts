import { fhirRepositoryContract } from '../../contract/fhir-repository.contract.ts'
import { fhirStoreContract } from '../../contract/fhir-store.contract.ts'
import { accessOf, closeAll, openStore } from './access.ts'
import { type PostgresCluster, startPostgres } from './cluster.ts'

let cluster: PostgresCluster
beforeAll(async () => {
  cluster = await startPostgres()
})
afterAll(async () => {
  await closeAll()
  await cluster.stop()
})

fhirStoreContract('postgres', async () => {
  const access = accessOf(cluster.url)
  let store = await openStore(access)
  return {
    store,
    async reopen() {
      await store.stop()
      store = await openStore(access)
      return store
    },
    dispose: () => store.stop()
  }
})

fhirRepositoryContract('postgres', () => openStore(accessOf(cluster.url)))
