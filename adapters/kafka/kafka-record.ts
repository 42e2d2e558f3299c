import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { BusRecord } from '../../core/event-bus.ts'

/** A record as kafkajs gives it. Without a key it is '', without a value (a tombstone) it is empty. */
export const toBusRecord = (
  topic: string,
  partition: number,
  { offset, timestamp, key, value, headers }: Pick<KafkaMessage, 'offset' | 'timestamp' | 'key' | 'value' | 'headers'>
): BusRecord => ({
  topic,
  partition,
  offset: Number(offset),
  timestamp: Number(timestamp),
  key: key?.toString() ?? '',
  value: value ?? new Uint8Array(0),
  headers: textHeaders(headers)
})

/** Header values as UTF-8; of a header given several times the last one counts. */
function textHeaders(headers: IHeaders = {}): Record<string, string> {
  const out: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value
    if (last !== undefined && last !== null) out[name] = last.toString()
  }
  return { ...out }
}
