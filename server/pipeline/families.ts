import { FAMILIES, type Family, type PeekFn } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'

/** How each family is looked at before the append; the composition root fills it. */
export type Families = Partial<Record<Family, PeekFn>>

/** Group that decodes and records. */
export const INGEST_GROUP = 'ingest'

/** Bus topic of a family. */
export const inboundTopic = (family: Family): string => `inbound.${family}`

export const INBOUND_TOPICS: readonly string[] = FAMILIES.map(inboundTopic)

/** @throws AppError NO_FORMAT when the family has no peek */
export function peekOf(families: Families, family: Family): PeekFn {
  const peek = families[family]
  if (!peek) throw new AppError('NO_FORMAT', { reason: 'family' })
  return peek
}
