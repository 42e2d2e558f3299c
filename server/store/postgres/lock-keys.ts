import { hash } from 'node:crypto'
import { paramId } from '../index-rows/rows.ts'
import type { PreparedWrite } from '../prepare.ts'
import type { Criterion, Query } from '../search/query.ts'
import { splitEscaped, unescapeValue } from '../search/values.ts'

/** What advisory locks are taken for; the two low bits of their number, so that no two uses meet. */
const USES = { write: 0n, key: 1n, waiter: 2n, lead: 3n } as const
export type LockUse = keyof typeof USES

/** 62 bits of the text's SHA-256 and the use: numbers tell nothing of the text, and two texts never meet in practice. */
export function lockNumber(use: LockUse, schema: string, text: string): bigint {
  const digest = hash('sha256', `${schema}\n${text}`, 'buffer')
  return BigInt.asIntN(64, (digest.readBigUInt64BE(0) & ~3n) | USES[use])
}

/** Locks of one transaction by number; true: exclusive. */
export type LockSet = Map<bigint, boolean>

/** Everybody holds it shared; who would need too many locks holds it alone instead of them. */
export const EVERYTHING = 'everything'

/**
 * What a transaction holds from its beginning to its commit. Two that could disturb each other share a key that one of
 * them holds exclusively:
 *
 *   resource    exclusive: written. Shared: referred to, or what a condition found
 *   type        shared: written. Exclusive: a condition over this type that no identifier narrows
 *   identifier  shared: carried by what is written. Exclusive: a condition asks for it
 */
export function locksOfWrites(schema: string, writes: readonly PreparedWrite[], locks: LockSet): void {
  const add = (text: string, exclusive: boolean): void => addLock(locks, lockNumber('write', schema, text), exclusive)
  for (const { resourceType, id, rows, references } of writes) {
    add(`resource|${resourceType}/${id}`, true)
    add(`type|${resourceType}`, false)
    for (const [reference] of references ?? []) add(`resource|${reference}`, false)
    const identifier = paramId(resourceType, 'identifier')
    for (const [p, , code] of rows?.token ?? []) if (p === identifier) add(`identifier|${resourceType}|${code}`, false)
  }
}

/** Texts of the locks under which the answer to a query cannot change, beside those of what it found. */
export function conditionLocks({ resourceType, criteria }: Query): string[] {
  const others = criteria.flatMap(typesOf)
  const values = others.length > 0 ? undefined : criteria.map(identifierValues).find((each) => each !== undefined)
  if (values) return values.map((value) => `identifier|${resourceType}|${value}`)
  return [...new Set([resourceType, ...others])].map((type) => `type|${type}`)
}

/** The codes of 'identifier=system|code,code': a resource that meets it carries one of them. */
function identifierValues(criterion: Criterion): string[] | undefined {
  if (criterion.kind !== 'parameter' || criterion.modifier || criterion.parameter.code !== 'identifier')
    return undefined
  if (criterion.parameter.type !== 'token') return undefined
  const codes = criterion.values.map((value) => {
    const [first = '', second] = splitEscaped(value, '|').map(unescapeValue)
    return second ?? first
  })
  return codes.includes('') ? undefined : codes
}

/** Types whose resources decide whether the criterion is met. */
function typesOf(criterion: Criterion): string[] {
  switch (criterion.kind) {
    case 'chain':
      return criterion.links.flatMap(({ resourceType, criterion: inner }) => [resourceType, ...typesOf(inner)])
    case 'has':
      return [criterion.parameter.resourceType, ...typesOf(criterion.criterion)]
    default:
      return []
  }
}

export function addLock(locks: LockSet, number: bigint, exclusive: boolean): void {
  locks.set(number, exclusive || (locks.get(number) ?? false))
}

/** In the one order in which everybody takes them. */
export const inOrder = (locks: LockSet): [number: bigint, exclusive: boolean][] =>
  [...locks].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** Whether two sets cannot be held at once. */
export function conflict(a: LockSet, b: LockSet): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a]
  for (const [number, exclusive] of few) {
    const other = many.get(number)
    if (other !== undefined && (exclusive || other)) return true
  }
  return false
}
