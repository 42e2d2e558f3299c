import type { Resource } from '@medplum/fhirtypes'
import Database from 'better-sqlite3'
import { AppError } from '../../../core/errors/app-error.ts'
import { extractRows } from '../index-rows/extract.ts'
import { MIGRATIONS } from '../migrations/index.ts'
import { ownRules } from '../rules.ts'
import { type Criterion, parseQuery, type Query, queryPairs, unsupported } from '../search/query.ts'
import { whereSql } from '../search/to-sql.ts'
import { toStoredJson } from '../stored-json.ts'
import type { Terminology } from '../terminology.ts'
import { applyResources } from './apply-resources.ts'

/** Subscription criteria, understood. */
export interface Criteria {
  resourceType: string
  query: Query
}

/** What says how to answer a search and can mean nothing when a single resource is judged. */
const NOT_CRITERIA = ['_sort', '_count', '_include', '_revinclude', '_total', '_summary', '_elements', '_page']

const valueSets = (url: string): ReturnType<Terminology['expand']> => ownRules().terminology.expand(url)

/**
 * Understands the criteria of a Subscription: 'Observation?code=...'. Refused is what a search would refuse, and what
 * could not be judged from the one resource that changed (chains, _has) or is no criterion at all (_sort, _include).
 *
 * @throws AppError FHIR_SEARCH_UNSUPPORTED naming the part
 */
export function compileCriteria(criteria: string): Criteria {
  const at = criteria.indexOf('?')
  const resourceType = (at < 0 ? criteria : criteria.slice(0, at)).replace(/^\//, '')
  const pairs = queryPairs(at < 0 ? '' : criteria.slice(at + 1))
  for (const [name] of pairs) {
    if (NOT_CRITERIA.includes(name.split(':')[0]!)) throw unsupported(name, 'no-criterion')
  }
  const query = parseQuery(resourceType, pairs)
  for (const criterion of query.criteria) refuseLinks(criterion)
  whereSql(query, valueSets) // values are understood here, so a malformed date is refused now and not at the first event
  return { resourceType, query }
}

function refuseLinks(criterion: Criterion): void {
  if (criterion.kind === 'chain' || criterion.kind === 'has') {
    throw unsupported(criterion.parameter.code, 'chain-in-criteria')
  }
}

let memory: { db: Database.Database; add(resource: Resource & { id: string }): void } | undefined

/**
 * Whether one resource version meets the criteria, by the very SQL that a search would run: in a database in memory
 * that holds this version alone.
 *
 * @throws AppError FHIR_SEARCH_UNSUPPORTED as compileCriteria does
 */
export function matches(criteria: string | Criteria, resource: Resource): boolean {
  const { resourceType, query } = typeof criteria === 'string' ? compileCriteria(criteria) : criteria
  if (resource.resourceType !== resourceType) return false
  if (!resource.id) throw new AppError('BAD_REQUEST', { reason: 'id-missing' })
  memory ??= openMemory()
  const { db, add } = memory
  db.exec('BEGIN')
  try {
    add(resource as Resource & { id: string })
    const { text, params } = whereSql(query, valueSets)
    return db.prepare(`SELECT 1 FROM resource r WHERE ${text}`).get(...params) !== undefined
  } finally {
    db.exec('ROLLBACK')
  }
}

function openMemory(): NonNullable<typeof memory> {
  const db = new Database(':memory:')
  for (const { sqlite } of MIGRATIONS) db.exec(sqlite)
  const writer = applyResources(db, (sql) => db.prepare(sql))
  return {
    db,
    add(resource) {
      writer.apply({
        kind: 'resources',
        cause: { kind: 'admin' },
        at: resource.meta?.lastUpdated ?? new Date(0).toISOString(),
        writes: [
          {
            resourceType: resource.resourceType,
            id: resource.id,
            json: toStoredJson(resource),
            rows: extractRows(resource)
          }
        ]
      })
    }
  }
}
