import type { TlsOptions } from 'node:tls'
import type { AppError } from '../../core/errors/app-error.ts'
import type { PeerPolicy, PeerRefusal } from '../../core/peers.ts'

/** An object as it came, wrapped into a complete Part 10 file with our file meta. */
export interface ReceivedObject {
  file: Uint8Array
  sopClassUid: string
  sopInstanceUid: string
  transferSyntaxUid: string
  callingAeTitle: string
}

export interface ScpOptions {
  port: number
  /** Default 127.0.0.1. */
  host?: string
  aeTitle: string
  /** Absent: every calling AE title is taken. */
  allowedCallingAeTitles?: readonly string[]
  /** SOP classes offered; any other presentation context is refused. */
  sopClasses: readonly string[]
  maxObjectBytes: number
  maxAssociations: number
  idleTimeoutMs: number
  tls?: TlsOptions
  /** Who may connect and call; absent: everybody. */
  peers?: PeerPolicy
  /** A peer was refused for who it is. */
  peerRefused?(reason: PeerRefusal): void
  /** Folder of our own for objects while they arrive; emptied at start. */
  spoolDir: string
  /** A piece of an object that is not whole yet has come in. */
  receiving?(): void
  /** Durable intake; status 0000 is sent when it resolves, the code of its AppError otherwise. */
  store(object: ReceivedObject): Promise<void>
  /** A peer or object was refused before intake. */
  refused?(error: AppError, callingAeTitle: string | undefined): void
}
