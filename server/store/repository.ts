import { randomUUID } from 'node:crypto'
import { formatSearchQuery, type Operation, type SearchRequest, type WithId } from '@medplum/core'
import {
  type CreateResourceOptions,
  type DeleteResourceOptions,
  FhirRepository,
  type ReadHistoryOptions,
  type UpdateResourceOptions
} from '@medplum/fhir-router'
import type { Bundle, Parameters, Reference, Resource } from '@medplum/fhirtypes'
import type { Cause } from '../../core/changes.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { StoreWrite, WriteResult } from '../../core/fhir-store.ts'
import type { Guard, StoreBackend, VersionRow } from './backend.ts'
import { applyJsonPatch } from './json-patch.ts'
import { parseQuery, type Query, queryPairs } from './search/query.ts'

/** Tries of a conditional write whose condition changed between its look and its commit. */
const MAX_TRIES = 25
const DEFAULT_HISTORY = 50
const MAX_HISTORY = 1000

/** A search that decides a write, and what it found: evaluated again inside the write's transaction. */
export interface Condition {
  ids: string[]
  guard: Guard
}

/**
 * The FHIR view of the store. All errors are AppErrors. Conditional writes are optimistic: their condition is checked
 * again inside the write transaction, so parallel ones need no lock and still make one resource.
 *
 * Policy: PUT to an id that is not there creates it (update as create); a create gets an id of the server's choice.
 */
export class StoreRepository extends FhirRepository {
  readonly backend: StoreBackend
  readonly cause: Cause

  constructor(backend: StoreBackend, cause: Cause) {
    super()
    this.backend = backend
    this.cause = cause
  }

  setMode(): void {
    // One database answers reads and writes.
  }

  generateId(): string {
    return randomUUID()
  }

  async createResource<T extends Resource>(resource: T, options?: CreateResourceOptions): Promise<WithId<T>> {
    const id = options?.assignedId && resource.id ? resource.id : this.generateId()
    return (await this.put({ ...resource, id } as Resource & { id: string })).resource as WithId<T>
  }

  async updateResource<T extends Resource>(resource: T, options?: UpdateResourceOptions): Promise<WithId<T>> {
    if (!resource.id) throw new AppError('BAD_REQUEST', { reason: 'id-missing', at: `${resource.resourceType}.id` })
    return (await this.put(resource as Resource & { id: string }, options?.ifMatch)).resource as WithId<T>
  }

  /** Create or update by id, telling which. */
  async put(resource: Resource & { id: string }, ifMatch?: string): Promise<WriteResult> {
    return (await this.commit([{ resource, ifMatch }]))[0]!
  }

  async deleteResource(resourceType: string, id: string, options?: DeleteResourceOptions): Promise<void> {
    const resource = { resourceType, id } as Resource & { id: string }
    await this.commit([{ resource, remove: true, ifMatch: options?.ifMatch }])
  }

  async patchResource<T extends Resource>(
    resourceType: T['resourceType'],
    id: string,
    patch: Operation[] | Parameters,
    options?: UpdateResourceOptions
  ): Promise<WithId<T>> {
    if (!Array.isArray(patch)) throw new AppError('BAD_REQUEST', { reason: 'patch-format' })
    return (await this.patch(resourceType, id, patch, options)).resource as WithId<T>
  }

  /** JSON Patch on the current version, tried again when that changed meanwhile unless the caller named it. */
  async patch(
    resourceType: string,
    id: string,
    operations: Operation[],
    { ifMatch, check }: { ifMatch?: string; check?: (resource: Resource) => Promise<unknown> } = {}
  ): Promise<WriteResult> {
    return this.retry(async () => {
      const current = await this.readResource(resourceType, id)
      const versionId = current.meta?.versionId
      if (ifMatch && ifMatch !== versionId) throw new AppError('FHIR_VERSION_CONFLICT', { at: resourceType })
      const resource = applyJsonPatch(current, operations)
      await check?.(resource)
      return (await this.commit([{ resource, ifMatch: versionId }]))[0]!
    }, !ifMatch)
  }

  async readResource<T extends Resource>(resourceType: string, id: string): Promise<WithId<T>> {
    const resource = await this.backend.read<T>(resourceType, id)
    if (resource) return resource as WithId<T>
    const { total } = await this.backend.versions(resourceType, id, 0, 1)
    throw new AppError('FHIR_NOT_FOUND', { reason: total > 0 ? 'deleted' : undefined })
  }

  async readReference<T extends Resource>(reference: Reference<T>): Promise<WithId<T>> {
    const match = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/.exec(reference.reference ?? '')
    if (!match) throw new AppError('BAD_REQUEST', { reason: 'reference' })
    return this.readResource<T>(match[1]!, match[2]!)
  }

  async readReferences<T extends Resource>(references: readonly Reference<T>[]): Promise<(T | Error)[]> {
    return Promise.all(references.map((reference) => this.readReference(reference).catch((error: Error) => error)))
  }

  async readVersion<T extends Resource>(resourceType: string, id: string, versionId: string): Promise<WithId<T>> {
    const resource = await this.backend.readVersion<T>(resourceType, id, versionId)
    if (resource) return resource as WithId<T>
    const { rows } = await this.backend.versions(resourceType, id, 0, MAX_HISTORY)
    const deleted = rows.some((row) => row.deleted && String(row.version) === versionId)
    throw new AppError('FHIR_NOT_FOUND', { reason: deleted ? 'deleted' : undefined })
  }

  async readHistory<T extends Resource>(
    resourceType: string,
    id: string,
    { offset = 0, limit = DEFAULT_HISTORY }: ReadHistoryOptions = {}
  ): Promise<Bundle<WithId<T>>> {
    const { rows, total } = await this.backend.versions(resourceType, id, offset, Math.min(limit, MAX_HISTORY))
    if (total === 0) throw new AppError('FHIR_NOT_FOUND')
    return {
      resourceType: 'Bundle',
      type: 'history',
      total,
      entry: rows.map((row) => historyEntry(resourceType, id, row))
    } as Bundle<WithId<T>>
  }

  async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    const { matches, includes, total } = await this.backend.run(toQuery(request))
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      total,
      entry: [
        ...matches.map((resource) => ({ resource, search: { mode: 'match' } })),
        ...includes.map((resource) => ({ resource, search: { mode: 'include' } }))
      ]
    } as Bundle<WithId<T>>
  }

  async searchByReference<T extends Resource>(
    request: SearchRequest<T>,
    field: string,
    references: string[]
  ): Promise<Record<string, WithId<T>[]>> {
    const found: Record<string, WithId<T>[]> = {}
    for (const reference of references) {
      const filters = [...(request.filters ?? []), { code: field, operator: 'eq' as const, value: reference }]
      found[reference] = await this.searchResources({ ...request, filters })
    }
    return found
  }

  async withTransaction<TResult>(work: (repository: this) => Promise<TResult>): Promise<TResult> {
    return this.retry(async () => {
      const staged = new StagedRepository(this.backend, this.cause)
      const result = await work(staged as unknown as this)
      await staged.flush()
      return result
    }, true)
  }

  /** What a conditional interaction's search finds now; at least one criterion is required. */
  async condition(resourceType: string, search: string): Promise<Condition> {
    const query = parseQuery(resourceType, queryPairs(search))
    if (query.criteria.length === 0) throw new AppError('BAD_REQUEST', { reason: 'condition-empty' })
    query.count = 2
    return this.look(query)
  }

  /** @throws AppError FHIR_VERSION_CONFLICT reason 'multiple-matches' */
  async createIf(resource: Resource, search: string): Promise<WriteResult> {
    return this.retry(async () => {
      const { ids, guard } = await this.condition(resource.resourceType, search)
      if (ids.length > 1) throw new AppError('FHIR_VERSION_CONFLICT', { reason: 'multiple-matches' })
      if (ids.length === 1) {
        const kept = await this.backend.read<Resource & { id: string }>(resource.resourceType, ids[0]!)
        // Deleted between the look and the read: look again.
        if (!kept) throw new AppError('FHIR_VERSION_CONFLICT', { reason: 'guard' })
        return { resource: kept, outcome: 'kept' as const }
      }
      return (await this.commit([{ resource: { ...resource, id: this.generateId() } }], [guard]))[0]!
    }, true)
  }

  /** All or nothing; the one way to the database. */
  async commit(writes: StoreWrite[], guards?: Guard[]): Promise<WriteResult[]> {
    return this.backend.commit(writes, this.cause, guards)
  }

  /** Runs again when a condition or version changed meanwhile, if that may be tried again. */
  async retry<T>(work: () => Promise<T>, again: boolean): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work()
      } catch (error) {
        const raced =
          error instanceof AppError && error.code === 'FHIR_VERSION_CONFLICT' && error.reason !== 'multiple-matches'
        if (!again || !raced || tries >= MAX_TRIES) throw error
      }
    }
  }

  protected async look(query: Query): Promise<Condition> {
    const { matches } = await this.backend.run(query)
    const ids = matches.map(({ id }) => id).sort()
    return { ids, guard: this.backend.guard(query, ids) }
  }
}

/**
 * Writes are kept back until `flush`, then committed as one batch together with what was looked up meanwhile.
 * Deviation: a search inside the transaction sees the committed state, not what was staged before it.
 */
class StagedRepository extends StoreRepository {
  readonly #writes = new Map<string, StoreWrite>()
  readonly #guards: Guard[] = []

  override async commit(writes: StoreWrite[], guards: Guard[] = []): Promise<WriteResult[]> {
    this.#guards.push(...guards)
    return writes.map((write) => {
      this.#writes.set(`${write.resource.resourceType}/${write.resource.id}`, write)
      return { resource: write.resource, outcome: write.remove ? 'deleted' : 'updated' }
    })
  }

  override async readResource<T extends Resource>(resourceType: string, id: string): Promise<WithId<T>> {
    const staged = this.#writes.get(`${resourceType}/${id}`)
    if (staged?.remove) throw new AppError('FHIR_NOT_FOUND', { reason: 'deleted' })
    return staged ? (staged.resource as WithId<T>) : super.readResource<T>(resourceType, id)
  }

  override async search<T extends Resource>(request: SearchRequest<T>): Promise<Bundle<WithId<T>>> {
    const bundle = await super.search(request)
    const query = toQuery(request)
    if (query.count <= 2) {
      const ids = (bundle.entry ?? []).map((entry) => entry.resource!.id).sort()
      this.#guards.push(this.backend.guard(query, ids))
    }
    return bundle
  }

  async flush(): Promise<void> {
    await this.backend.commit([...this.#writes.values()], this.cause, this.#guards)
  }
}

function toQuery(request: SearchRequest): Query {
  const query = parseQuery(request.resourceType, queryPairs(formatSearchQuery(request).replace(/^\?/, '')))
  if (request.count !== undefined) query.count = request.count
  return query
}

function historyEntry(resourceType: string, id: string, row: VersionRow): NonNullable<Bundle['entry']>[number] {
  const method = row.deleted ? 'DELETE' : row.version === 1 ? 'POST' : 'PUT'
  return {
    ...(row.resource ? { resource: row.resource } : {}),
    request: { method, url: method === 'POST' ? resourceType : `${resourceType}/${id}` },
    response: {
      status: row.deleted ? '204' : row.version === 1 ? '201' : '200',
      etag: `W/"${row.version}"`,
      lastModified: row.updated
    }
  }
}
