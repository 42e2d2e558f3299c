import { AppError } from '../../../core/errors/app-error.ts'

/** SQLSTATE classes and codes as reasons, from a fixed list: PostgreSQL's own messages may quote values. */
const REASONS: readonly [prefix: string, reason: string][] = [
  ['23', 'constraint'],
  ['22', 'data'],
  ['40', 'serialization'],
  ['42', 'error'],
  ['28', 'access'],
  ['3D', 'no-database'],
  ['53100', 'full'],
  ['53', 'resources'],
  ['54', 'too-large'],
  ['55', 'busy'],
  ['57014', 'timeout'],
  ['57', 'shutdown'],
  ['25P03', 'timeout'],
  ['25006', 'readonly'],
  ['08', 'connection']
]

const stateOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** What pg threw as the store's error. What it said is not kept: it may repeat what was written. */
export function toStoreError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const state = stateOf(error)
  const reason = state === undefined ? 'connection' : REASONS.find(([prefix]) => state.startsWith(prefix))?.[1]
  return new AppError('STORE_UNAVAILABLE', { reason: reason ?? 'other' })
}

/** The database undid the transaction only because of others: the same again may succeed. */
export const isRace = (error: unknown): boolean => ['40001', '40P01'].includes(stateOf(error) ?? '')

/** No room in the table of locks. */
export const isOutOfLocks = (error: unknown): boolean => stateOf(error) === '53200'

/** What was sent is such as this database cannot hold, now or later. */
export const isOfTheData = (error: unknown): boolean => /^(22|54)/.test(stateOf(error) ?? '')

/** The fault lies in what was sent, so that another transaction may well succeed. */
export const isOfTheStatement = (error: unknown): boolean => /^(2[123]|42|54)/.test(stateOf(error) ?? '')
