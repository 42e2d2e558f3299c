import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Correlation, Family } from './envelope.ts'
import type { AppError } from './errors/app-error.ts'
import type { LiveEcgDesk } from './live-ecg.ts'
import type { Logger } from './log.ts'
import type { PeerPolicy, PeerRefusal, PeerRule } from './peers.ts'

/** What a transport hands over: bytes and what the wire itself said about them. */
export interface Arrival {
  family: Family
  mediaType: string
  bytes: Uint8Array
  correlation?: Correlation
  /** The wire's peer, for the story of the message (an AE title, never a person). */
  peer?: string
}

/** What happened to a message when it was processed. */
export interface Settlement {
  state: 'recorded' | 'ignored' | 'refused' | 'parked'
  /** The coded reason when refused or parked. */
  error?: ReturnType<AppError['toJSON']>
  /** One entry for each order of an order message, in its order. */
  orders?: OrderOutcome[]
}

export interface OrderOutcome {
  /** ORC-2 and ORC-3 as whole EI fields (components joined by '^'). */
  placerOrderNumber: string
  fillerOrderNumber?: string
  /** ORC-1 of the answer (HL7 table 0119): OK, UA, CR, UC, DR, UD, XR, UX. */
  control: 'OK' | 'UA' | 'CR' | 'UC' | 'DR' | 'UD' | 'XR' | 'UX'
  reason?: string
}

/** Resolved only after the envelope is durable on the bus (guarantee 1). */
export interface Receipt {
  envelopeId: string
  /** 'identical': this very message was received before (the effect happens once); 'changed': same id, other content. */
  duplicate: 'none' | 'identical' | 'changed'
  /** The bytes answered to the identical message before, when they are still kept. */
  storedReply?: Uint8Array
  /** Resolves when the record step has settled the message; never rejects. */
  settled: Promise<Settlement>
  /** Application-level answer of the format (ORL, ORR), computed after `settled`; undefined: a plain acknowledgement. */
  reply(): Promise<Uint8Array | undefined>
  /** Keeps the bytes that were answered, so that an identical resend gets the same (rules section 5). */
  keepReply(bytes: Uint8Array): void
}

export interface TransportContext {
  /** Name of the feed. */
  feed: string
  /** The feed's own options, already checked by the transport's `options`. */
  options: Record<string, unknown>
  /** Durable intake. Rejects with an AppError when the message cannot be taken (retriable or not by its code). */
  accept(arrival: Arrival): Promise<Receipt>
  /** Notes a message that was refused before intake, so that it is counted and visible. */
  refuse(arrival: Arrival, error: AppError): void
  /** A piece of a message that is not whole yet has come in: work that can wait makes room. A hint; may be left out. */
  receiving?(): void
  /** Who may send; absent: whoever reaches the listener. */
  peers?: PeerPolicy
  /** Counts a peer that was refused before a byte of a message was read; nothing else is kept of it. */
  peerRefused?(reason: PeerRefusal): void
  /** For transports of live leads. */
  live?: LiveEcgDesk
  log: Logger
  /** Working folder of this feed for spool files; emptied at start. */
  spoolDir: string
}

/** A WebSocket upgrade that the server's own listener has let through. */
export interface AdmittedUpgrade {
  request: IncomingMessage
  socket: Duplex
  head: Buffer
  /** Who calls: a client's id. */
  caller: string
  /** Asked while the connection lives: a client that was revoked is sent away. */
  mayStay(): boolean
}

/** Moves bytes; knows no format. One instance a feed. */
export interface Transport {
  /** Begins to listen or connect; resolves with the address when it is ready ('mllp://127.0.0.1:2575'). */
  start(): Promise<{ address: string }>
  /** Stops taking, lets what is in flight end, resolves when nothing of it is open. */
  stop(): Promise<void>
  /** Without a port of its own it is mounted: the server's listener hands it the upgrades of its path. */
  upgrade?(admitted: AdmittedUpgrade): void
}

/** A transport folder's default export. */
export interface TransportDefinition {
  name: string
  families: readonly Family[]
  /** Kinds of peer rules that it can ask; a feed with another kind is refused at start. */
  peerRules?: readonly PeerRule[]
  /** Checks the feed's options; throws CONFIG_INVALID with the position. */
  options(raw: Record<string, unknown>): Record<string, unknown>
  create(context: TransportContext): Transport
}

export const defineTransport = (definition: TransportDefinition): TransportDefinition => definition
