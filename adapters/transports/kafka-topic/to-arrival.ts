import type { Correlation } from '../../../core/envelope.ts'
import type { BusRecord } from '../../../core/event-bus.ts'
import type { Arrival } from '../../../core/transport.ts'
import type { TopicOptions } from './options.ts'

/** An id of a message or a system is short and has no control characters; what else stands there is left out. */
const ID = /^[\x20-\x7e]{1,200}$/
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(;.*)?$/

/** A record as the intake takes it. Of key and headers only what the feed names is looked at. */
export function toArrival(record: BusRecord, topic: TopicOptions): Arrival {
  const correlation: Correlation = {}
  for (const [field, header] of Object.entries(topic.headers) as [keyof Correlation, string][]) {
    const value = record.headers[header]
    if (value !== undefined && ID.test(value)) correlation[field] = value
  }
  if (topic.key && ID.test(record.key)) correlation[topic.key] = record.key
  const own = topic.mediaTypeHeader === undefined ? undefined : record.headers[topic.mediaTypeHeader]
  return {
    family: topic.family,
    mediaType: own !== undefined && MEDIA_TYPE.test(own) ? own : topic.mediaType,
    bytes: record.value,
    correlation,
    peer: record.topic
  }
}
