import type { Correlation, Envelope, Family } from '../../core/envelope.ts'
import type { BusMessage, BusRecord } from '../../core/event-bus.ts'
import { ENVELOPE_ID_HEADER, REPLAY_OF_HEADER } from '../bus/dead-letter.ts'

/** Name and size of a body that lies in the blob store. */
export interface Claim {
  sha256: string
  size: number
}

/** What the pipeline notes about an envelope besides its fields. */
export interface EnvelopeFacts {
  claim?: Claim
  /** The same sender's id was seen before with other content (rules section 5). */
  contentChanged?: boolean
  /** The wire's peer (an AE title), for the story. */
  peer?: string
  /** Receipt identity 'scope/body', so that ingest can make up a receipt row that a crash lost. */
  receipt?: string
}

/** An envelope as a bus message: the raw payload is the value (empty with a claim), everything else a header. */
export function toBusMessage(key: string, envelope: Envelope, facts: EnvelopeFacts): BusMessage {
  const headers: Record<string, string> = {
    [ENVELOPE_ID_HEADER]: envelope.id,
    feed: envelope.feed,
    family: envelope.family,
    kind: envelope.kind,
    'media-type': envelope.mediaType,
    'received-at': envelope.receivedAt,
    correlation: JSON.stringify(envelope.correlation)
  }
  if (facts.claim) headers['claim'] = JSON.stringify(facts.claim)
  if (facts.peer) headers['peer'] = facts.peer
  if (facts.contentChanged) headers['content-changed'] = 'true'
  if (facts.receipt) headers['receipt'] = facts.receipt
  return { key, value: facts.claim ? new Uint8Array(0) : envelope.body, headers }
}

/** The way back; with a claim the body is still empty. A replayed record says so in its correlation. */
export function fromBusRecord(record: BusRecord): { envelope: Envelope; facts: EnvelopeFacts } {
  const { headers } = record
  const correlation = JSON.parse(headers['correlation'] ?? '{}') as Correlation
  const replayOf = headers[REPLAY_OF_HEADER]
  return {
    envelope: {
      id: headers[ENVELOPE_ID_HEADER] ?? '',
      feed: headers['feed'] ?? '',
      family: headers['family'] as Family,
      kind: headers['kind'] ?? '',
      mediaType: headers['media-type'] ?? '',
      receivedAt: headers['received-at'] ?? '',
      correlation: replayOf === undefined ? correlation : { ...correlation, replayOf },
      body: record.value
    },
    facts: {
      ...(headers['claim'] ? { claim: JSON.parse(headers['claim']) as Claim } : {}),
      ...(headers['peer'] ? { peer: headers['peer'] } : {}),
      ...(headers['content-changed'] ? { contentChanged: true } : {}),
      ...(headers['receipt'] ? { receipt: headers['receipt'] } : {})
    }
  }
}
