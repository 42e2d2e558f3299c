import type { ChangeEvent } from './changes.ts'
import type { RecordReader } from './record.ts'

/** What is sent: bytes and the deterministic id under which a resend is recognised. */
export interface OutboundPayload {
  /** Event id header, MSH-10, SOP Instance UID: the same for every resend. */
  id: string
  mediaType: string
  bytes: Uint8Array
  headers?: Record<string, string>
}

export type Sent =
  | { kind: 'delivered' }
  /** Unreachable, silence, HTTP 408/425/429/5xx, MSA AE, DIMSE A7xx: tried again without end, capped back-off. */
  | { kind: 'retry'; code: string /** The peer asked for at least this pause (Retry-After). */; afterMs?: number }
  /** Other 4xx, AR, A9xx/Cxxx: this item is parked, the rest goes on. */
  | { kind: 'refused'; code: string }

/** One receiver of results, with its own queue and cursor; order holds per destination. */
export interface Destination {
  name: string
  wants(event: ChangeEvent, record: RecordReader): Promise<boolean>
  /** Pure over what the record holds; undefined: nothing to send after all. */
  build(event: ChangeEvent, record: RecordReader): Promise<OutboundPayload | undefined>
  send(payload: OutboundPayload): Promise<Sent>
  /** False while this process cannot send to it (no socket is bound here); absent: every process can. */
  isReachable?(): boolean
  stop?(): Promise<void>
}
