import type { BusRecord } from '../../../core/event-bus.ts'
import type { RecordRow } from './schema.ts'

/** A stored row as the bus hands it out. */
export const toRecord = (row: RecordRow): BusRecord => ({
  topic: row.topic,
  partition: row.partition,
  offset: row.off,
  timestamp: row.ts,
  key: row.key,
  headers: JSON.parse(row.headers) as Record<string, string>,
  value: row.value
})
