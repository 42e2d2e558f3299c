import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { DimseGuard, type StoreParty } from './dimse-guard.ts'

/** What we announce as maximum length of a received PDU (PS3.8 annex D.1). */
export const MAX_PDU_BYTES = 256 * 1024
/** 128 presentation contexts with all syntaxes we know fit many times over. */
const MAX_ASSOCIATE_BYTES = 128 * 1024
const HEADER_BYTES = 6
const ABORT_LINGER_MS = 1000
const P_DATA = 0x04
/** PDU types (PS3.8 9.3.1) and the longest body of each. */
const MAX_BODY: ReadonlyMap<number, number> = new Map([
  [0x01, MAX_ASSOCIATE_BYTES],
  [0x02, MAX_ASSOCIATE_BYTES],
  [0x03, 4],
  [P_DATA, MAX_PDU_BYTES],
  [0x05, 4],
  [0x06, 4],
  [0x07, 4]
])
/** Types that may come, by role and by whether the association stands (PS3.8 9.2, the receiving half). */
const EXPECTED = {
  scp: { before: new Set([0x01, 0x07]), after: new Set([P_DATA, 0x05, 0x06, 0x07]) },
  scu: { before: new Set([0x02, 0x03, 0x07]), after: new Set([P_DATA, 0x05, 0x06, 0x07]) }
}

export interface GateOptions {
  role: 'scp' | 'scu'
  /** The peer broke the protocol: the gate has sent A-ABORT and closes; nothing more is passed on. */
  violated(error: AppError): void
  /** Takes the C-STORE messages. */
  store?: StoreParty
}

/**
 * Stands between the socket and the library's Scp class, which takes it for a socket. Passes on whole PDUs whose type, order,
 * length and messages are in order, C-STORE excepted, which goes to its party; keeps at most one PDU; sets TCP_NODELAY and
 * gathers the writes of one turn. The library concatenates whatever length a header claims, and parses what it was never
 * asked for: hence the gate.
 */
export class PduGate extends EventEmitter {
  private readonly socket: Socket
  private readonly options: GateOptions
  private readonly guard: DimseGuard
  private chunks: Buffer[] = []
  private size = 0
  private isAssociated = false
  private isClosed = false
  private isHeld = false

  constructor(socket: Socket, options: GateOptions) {
    super()
    this.socket = socket
    this.options = options
    this.guard = new DimseGuard(options.role, options.store)
    socket.setNoDelay(true)
    socket.on('data', (data: Buffer) => this.take(data))
    socket.on('error', (error) => this.emit('error', error))
    socket.on('connect', () => this.emit('connect'))
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      this.isClosed = true
      this.chunks = []
      this.emit('close')
    })
    // The library adds its own listener; this one keeps an error without listener from ending the process.
    this.on('error', () => {})
  }

  /** Called by the library, too. */
  write(bytes: Buffer): void {
    if (this.isClosed || this.socket.destroyed) return
    this.socket.cork()
    this.socket.write(bytes)
    process.nextTick(() => this.socket.uncork())
  }

  /** The library's timers are not used: the idle time is the owner's business. */
  setTimeout(): void {}

  end(): void {
    this.socket.end()
  }

  /** Stops reading until `release` (an object is on its way into the store). */
  hold(): void {
    this.isHeld = true
    this.socket.pause()
  }

  release(): void {
    this.isHeld = false
    if (this.isClosed) return
    this.passOn()
    if (!this.isHeld) this.socket.resume()
  }

  /** A-ABORT by the service provider (source 2), then the end. */
  abort(reason = 0): void {
    if (this.isClosed) return
    this.isClosed = true
    this.chunks = []
    this.size = 0
    if (this.socket.destroyed) return
    this.socket.end(Buffer.from([0x07, 0, 0, 0, 0, 4, 0, 0, 2, reason]), () => this.socket.destroy())
    // A peer that does not read would keep the connection.
    setTimeout(() => this.socket.destroy(), ABORT_LINGER_MS).unref()
  }

  private take(data: Buffer): void {
    if (this.isClosed) return
    this.chunks.push(data)
    this.size += data.length
    this.passOn()
  }

  private passOn(): void {
    try {
      while (!this.isHeld && !this.isClosed) {
        const pdu = this.nextPdu()
        if (!pdu) return
        if (pdu[0] === 0x01 || pdu[0] === 0x02) this.isAssociated = true
        if (pdu[0] !== P_DATA) this.emit('data', pdu)
        else for (const left of this.guard.check(pdu.subarray(HEADER_BYTES))) this.emit('data', left)
      }
    } catch (error) {
      this.abort(6)
      this.options.violated(asAppError(error, 'DECODE_FAILED'))
    }
  }

  private nextPdu(): Buffer | undefined {
    if (this.size < HEADER_BYTES) return undefined
    if (this.chunks[0]!.length < HEADER_BYTES) this.chunks = [Buffer.concat(this.chunks)]
    const header = this.chunks[0]!
    const length = this.checkedLength(header[0]!, header.readUInt32BE(2))
    if (this.size < HEADER_BYTES + length) return undefined
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)
    const rest = all.subarray(HEADER_BYTES + length)
    this.chunks = rest.length > 0 ? [rest] : []
    this.size = rest.length
    return all.subarray(0, HEADER_BYTES + length)
  }

  private checkedLength(type: number, length: number): number {
    const max = MAX_BODY.get(type)
    const expected = EXPECTED[this.options.role][this.isAssociated ? 'after' : 'before']
    if (max === undefined || !expected.has(type)) throw new AppError('DECODE_FAILED', { at: 'PDU', reason: 'type' })
    if (length > max) throw new AppError('DICOM_LIMIT', { at: 'PDU', reason: 'pdu-length' })
    return length
  }
}
