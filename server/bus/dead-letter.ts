import type { AppError } from '../../core/errors/app-error.ts'
import type { BusMessage, BusRecord, ParkedRecord } from '../../core/event-bus.ts'

export const DEAD_LETTER_TOPIC = 'dead-letter'
/** Header by which `replay({ topic, envelopeId })` finds a record. */
export const ENVELOPE_ID_HEADER = 'envelope-id'
/** On a replayed record: 'topic:partition:offset' of the record it repeats. */
export const REPLAY_OF_HEADER = 'replay-of'
/** On a replayed parked record: the only group that shall handle it. The others had no trouble with it. */
export const REPLAY_GROUP_HEADER = 'replay-group'
const PREFIX = 'parked-'

/** Where a record lies, in one word. */
export const placeOf = (record: { topic: string; partition: number; offset: number }): string =>
  `${record.topic}:${record.partition}:${record.offset}`

/** The same record parked again by the same group (a crash before the offset commit) has the same id. */
export const parkedId = (record: BusRecord, group: string): string => `${placeOf(record)}:${group}`

/** A parked record as it lies on the dead-letter topic: value and headers as they were, the reason in further headers. */
export function toDeadLetter(parked: Omit<ParkedRecord, 'state'>): BusMessage {
  const { record } = parked
  return {
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      [`${PREFIX}id`]: parked.id,
      [`${PREFIX}topic`]: record.topic,
      [`${PREFIX}partition`]: String(record.partition),
      [`${PREFIX}offset`]: String(record.offset),
      [`${PREFIX}timestamp`]: String(record.timestamp),
      [`${PREFIX}group`]: parked.group,
      [`${PREFIX}error`]: JSON.stringify(parked.error),
      [`${PREFIX}at`]: parked.parkedAt,
      [`${PREFIX}tries`]: String(parked.tries)
    }
  }
}

/** The way back from `toDeadLetter`. */
export function fromDeadLetter(dead: BusMessage, state: ParkedRecord['state']): ParkedRecord {
  const of = (name: string): string => dead.headers[PREFIX + name] ?? ''
  const headers = Object.fromEntries(Object.entries(dead.headers).filter(([name]) => !name.startsWith(PREFIX)))
  return {
    id: of('id'),
    record: {
      topic: of('topic'),
      partition: Number(of('partition')),
      offset: Number(of('offset')),
      timestamp: Number(of('timestamp')),
      key: dead.key,
      value: dead.value,
      headers
    },
    group: of('group'),
    error: JSON.parse(of('error')) as ReturnType<AppError['toJSON']>,
    parkedAt: of('at'),
    tries: Number(of('tries')),
    state
  }
}

/** A record as it is appended once more. */
export function toReplay(record: BusRecord, group?: string): BusMessage {
  const headers: Record<string, string> = { ...record.headers, [REPLAY_OF_HEADER]: placeOf(record) }
  delete headers[REPLAY_GROUP_HEADER]
  if (group !== undefined) headers[REPLAY_GROUP_HEADER] = group
  return { key: record.key, value: record.value, headers }
}
