export { StoreRepository } from './repository.ts'
export { createSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite/store.ts'
