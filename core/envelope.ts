/** Formats of one family share a bus topic `inbound.<family>` and one `peek`. */
export const FAMILIES = ['hl7v2', 'dicom', 'ecg', 'fhir', 'signal'] as const
export type Family = (typeof FAMILIES)[number]

/**
 * One received message as it lies on the bus: `body` is the raw payload exactly as it came, the rest are headers.
 * A body above the inline limit lies in the blob store and is named by `claim`.
 */
export interface Envelope {
  /** ULID, rising in the order of receipt; a child's is its parent's with `.n` behind it. */
  id: string
  /** Name of the configured feed it came in by. */
  feed: string
  family: Family
  /** What `peek` saw: 'ORU^R01', 'OML^O21', a SOP class UID, 'application/fhir+json' ... ; formats accept by it. */
  kind: string
  mediaType: string
  /** ISO 8601 instant of receipt. */
  receivedAt: string
  /** Positions of the message in the sender's world, by name (see Correlation). */
  correlation: Correlation
  body: Uint8Array
}

/** Ids under which people and peers know a message; never a patient identifier. */
export interface Correlation {
  messageControlId?: string
  sendingApplication?: string
  sendingFacility?: string
  sopInstanceUid?: string
  sopClassUid?: string
  transferSyntaxUid?: string
  callingAeTitle?: string
  parentEnvelopeId?: string
  replayOf?: string
}

/** What a bounded look at the bytes tells before the append; pure, no full parse. */
export interface Peek {
  /** Order key 'authority|patient id'; absent: the envelope id is used, which orders nothing. */
  key?: string
  kind: string
  correlation: Correlation
}

/** A family's `peek`: at most the first 64 KiB are looked at; throws coded errors only. */
export type PeekFn = (bytes: Uint8Array, hints: { mediaType?: string; correlation?: Correlation }) => Peek

/** The states of a message, in the order in which they are reached (design section 3). */
export type MessageState = 'received' | 'recorded' | 'ignored' | 'refused' | 'parked'
