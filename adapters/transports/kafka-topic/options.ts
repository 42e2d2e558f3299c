import { type Correlation, FAMILIES, type Family } from '../../../core/envelope.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { CONNECTION_CHECKS, checkKeys, completeConnection, type KafkaConnection } from '../../kafka/options.ts'

/** What a field of the correlation may be taken from: it knows messages and systems, never people. */
const CORRELATION = [
  'messageControlId',
  'sendingApplication',
  'sendingFacility',
  'sopInstanceUid',
  'sopClassUid',
  'transferSyntaxUid',
  'callingAeTitle'
] as const satisfies readonly (keyof Correlation)[]
export type CorrelationField = (typeof CORRELATION)[number]

export interface TopicOptions {
  family: Family
  /** Of every record, unless `mediaTypeHeader` is there. */
  mediaType: string
  /** Name of the header that holds a record's own media type. */
  mediaTypeHeader?: string
  /** The field that the record's key is; absent: the key is not looked at, it may name a patient. */
  key?: CorrelationField
  /** Field by the name of the header that holds it. */
  headers: Partial<Record<CorrelationField, string>>
}

/** Options of a feed with transport `kafka-topic`: the connection of `adapters/kafka/options.ts`, and these. */
export interface KafkaTopicOptions extends KafkaConnection {
  groupId: string
  topics: Record<string, TopicOptions>
  /** Where a group begins that has no committed offset. */
  from: 'beginning' | 'end'
  /** Partitions whose records are taken side by side. */
  concurrency: number
  /** A record above this is refused. */
  maxBytes: number
}

const NAME = /^[A-Za-z0-9._-]{1,249}$/
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isNumber = (most: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most
const isField = (value: unknown): boolean => (CORRELATION as readonly unknown[]).includes(value)

const TOPIC_CHECKS = {
  family: (value: unknown) => (FAMILIES as readonly unknown[]).includes(value),
  mediaType: isText,
  mediaTypeHeader: isText,
  key: isField,
  headers: (value: unknown, at: string) =>
    checkKeys(value, Object.fromEntries(CORRELATION.map((name) => [name, isText])), at)
}

const CHECKS = {
  ...CONNECTION_CHECKS,
  groupId: (value: unknown) => typeof value === 'string' && NAME.test(value),
  topics: areTopics,
  from: (value: unknown) => value === 'beginning' || value === 'end',
  concurrency: isNumber(1000),
  maxBytes: isNumber(2 ** 30)
}

function areTopics(value: unknown, at: string): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const topics = Object.entries(value)
  for (const [name, topic] of topics) {
    checkKeys(topic, TOPIC_CHECKS, `${at}.${name}`)
    for (const key of ['family', 'mediaType'])
      if (!(key in (topic as object)))
        throw new AppError('CONFIG_INVALID', { at: `${at}.${name}.${key}`, reason: 'required' })
  }
  return topics.length > 0 && topics.every(([name]) => NAME.test(name))
}

/** @throws AppError CONFIG_INVALID at the option */
export function readOptions(raw: Record<string, unknown>): KafkaTopicOptions {
  const at = 'kafka-topic'
  checkKeys(raw, CHECKS, at)
  const given = raw as Partial<KafkaTopicOptions>
  const { groupId, topics } = given
  if (!groupId) throw new AppError('CONFIG_INVALID', { at: `${at}.groupId`, reason: 'required' })
  if (!topics) throw new AppError('CONFIG_INVALID', { at: `${at}.topics`, reason: 'required' })
  return {
    ...completeConnection(given, at),
    groupId,
    topics: Object.fromEntries(
      Object.entries(topics).map(([name, topic]) => [name, { ...topic, headers: topic.headers ?? {} }])
    ),
    from: given.from ?? 'beginning',
    concurrency: given.concurrency ?? 8,
    maxBytes: given.maxBytes ?? 64 * 1024 * 1024
  }
}
