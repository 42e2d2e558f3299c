import type { Socket } from 'node:net'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { toDimseStatus } from '../../core/errors/to-status.ts'
import type { ByteBudget } from './byte-budget.ts'
import { encodeStoreResponse } from './command-set.ts'
import { IncomingObject } from './incoming-object.ts'
import { type association, constants, type requests, responses, Scp } from './library.ts'
import { negotiate } from './negotiate.ts'
import { commandPdu } from './p-data.ts'
import { MAX_PDU_BYTES, PduGate } from './pdu-gate.ts'
import type { ScpOptions } from './scp-options.ts'

type Association = InstanceType<typeof association.Association>
type PresentationContext = InstanceType<typeof association.PresentationContext>
type CEchoRequest = InstanceType<typeof requests.CEchoRequest>
type CEchoResponse = InstanceType<typeof responses.CEchoResponse>

const { RejectResult, RejectSource, RejectReason, Status } = constants

export interface AssociationHost {
  isFull(): boolean
  closed(): void
  /** Where the connection comes from. */
  address?: string
  /** Limits the bytes of objects that are held in memory on their way into the store. */
  budget: ByteBudget
}

/** One connection: its gate, its idle time, and the object that is arriving. */
export class ScpAssociation {
  private readonly gate: PduGate
  private readonly options: ScpOptions
  private readonly host: AssociationHost
  private readonly isClosed: Promise<void>
  private readonly acse: AssociationControl
  private storing: Promise<void> = Promise.resolve()
  private isStoring = false
  private arriving?: IncomingObject

  constructor(socket: Socket, options: ScpOptions, host: AssociationHost) {
    this.options = options
    this.host = host
    this.gate = new PduGate(socket, {
      role: 'scp',
      violated: (error) => options.refused?.(error, this.acse.callingAeTitle),
      store: {
        storeBegins: (request, contextId) => {
          const context = this.acse.context(contextId)
          this.arriving = new IncomingObject(request, context, contextId, options)
          options.receiving?.()
        },
        storeData: (fragment) => {
          this.arriving?.write(fragment)
          options.receiving?.()
        },
        storeEnds: () => this.hold()
      }
    })
    this.acse = new AssociationControl(this.gate, options, host)
    socket.setTimeout(options.idleTimeoutMs)
    socket.on('timeout', () => {
      if (!this.isStoring) this.gate.abort()
    })
    // A peer that sends its request byte by byte never becomes idle.
    const deadline = setTimeout(() => {
      if (!this.acse.isEstablished) this.gate.abort()
    }, options.idleTimeoutMs)
    deadline.unref()
    this.isClosed = new Promise((resolve) => {
      this.gate.on('close', () => {
        clearTimeout(deadline)
        // What did not arrive whole is forgotten.
        if (!this.isStoring) this.arriving?.discard()
        host.closed()
        resolve()
      })
    })
  }

  /** Lets an object on its way be answered, then aborts. */
  async stop(): Promise<void> {
    await this.storing
    this.gate.abort()
    await this.isClosed
  }

  /** Nothing more is read until the object is answered: one object an association is in memory. */
  private hold(): void {
    const object = this.arriving!
    this.isStoring = true
    this.gate.hold()
    this.storing = this.answer(object).finally(() => {
      this.arriving = undefined
      this.isStoring = false
      this.gate.release()
    })
  }

  private async answer(object: IncomingObject): Promise<void> {
    let status: number = Status.Success
    try {
      await object.store(this.host.budget, this.acse.callingAeTitle ?? '')
    } catch (error) {
      const coded = asAppError(error)
      status = toDimseStatus(coded)
      // What the intake refuses, the intake notes.
      if (!object.isHandedOver) this.options.refused?.(coded, this.acse.callingAeTitle)
    }
    this.gate.write(commandPdu(encodeStoreResponse(object.request, status), object.contextId))
  }
}

/** The library's SCP with our decisions: association control and C-ECHO. */
class AssociationControl extends Scp {
  callingAeTitle?: string
  isEstablished = false
  private readonly gate: PduGate
  private readonly options: ScpOptions
  private readonly host: AssociationHost
  private readonly contexts = new Map<number, PresentationContext>()

  constructor(gate: PduGate, options: ScpOptions, host: AssociationHost) {
    super(gate as unknown as Socket, {})
    this.gate = gate
    this.options = options
    this.host = host
    this.on('networkError', () => gate.abort())
  }

  /** @throws AppError DECODE_FAILED for a context that was never proposed, or without an association */
  context(id: number): PresentationContext {
    const context = this.contexts.get(id)
    if (!context) throw new AppError('DECODE_FAILED', { reason: 'context', at: 'P-DATA-TF' })
    return context
  }

  override associationRequested(proposed: Association): void {
    const calling = proposed.getCallingAeTitle()
    const { allowedCallingAeTitles: allowed, peers, peerRefused } = this.options
    if (proposed.getCalledAeTitle() !== this.options.aeTitle) {
      this.reject(RejectResult.Permanent, RejectSource.ServiceUser, RejectReason.CalledAeNotRecognized, 'called-ae')
    } else if (allowed && !allowed.includes(calling)) {
      this.reject(RejectResult.Permanent, RejectSource.ServiceUser, RejectReason.CallingAeNotRecognized, 'calling-ae')
    } else if (peers && !peers.admitsAeTitle(calling, this.host.address)) {
      this.sendAssociationReject(RejectResult.Permanent, RejectSource.ServiceUser, RejectReason.CallingAeNotRecognized)
      this.gate.end()
      peerRefused?.('ae-title')
    } else if (this.host.isFull()) {
      const source = RejectSource.ServiceProviderPresentation
      this.reject(RejectResult.Transient, source, RejectReason.LocalLimitExceeded, 'associations')
    } else {
      this.callingAeTitle = calling
      this.isEstablished = true
      // What is announced is what we take; the library would answer with the smaller of that and the peer's own limit,
      // which only matters for data sets sent back, and a provider of storage sends none.
      proposed.setMaxPduLength(MAX_PDU_BYTES)
      negotiate(proposed, this.options.sopClasses)
      for (const { id, context } of proposed.getPresentationContexts()) this.contexts.set(id, context)
      this.sendAssociationAccept()
    }
  }

  override associationReleaseRequested(): void {
    this.sendAssociationReleaseResponse()
    this.gate.end()
  }

  override abort(): void {
    this.gate.end()
  }

  override cEchoRequest(request: CEchoRequest, callback: (response: CEchoResponse) => void): void {
    const response = responses.CEchoResponse.fromRequest(request)
    response.setStatus(Status.Success)
    callback(response)
  }

  private reject(
    result: number,
    source: number,
    reason: number,
    why: 'called-ae' | 'calling-ae' | 'associations'
  ): void {
    this.sendAssociationReject(result, source, reason)
    this.gate.end()
    const code = why === 'associations' ? 'BACK_PRESSURE' : 'NOT_PERMITTED'
    this.options.refused?.(new AppError(code, { reason: why }), undefined)
  }
}
