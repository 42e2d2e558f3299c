import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { toDimseStatus } from '../../core/errors/to-status.ts'
import { buildPart10 } from '../part10.ts'
import type { ByteBudget } from './byte-budget.ts'
import { checkObject } from './check-object.ts'
import { type association, constants, Dataset, type requests, responses, Scp } from './library.ts'
import { negotiate } from './negotiate.ts'
import { MAX_PDU_BYTES, PduGate } from './pdu-gate.ts'
import type { ScpOptions } from './scp-options.ts'
import { Spool } from './spool.ts'

type Association = InstanceType<typeof association.Association>
type PresentationContext = InstanceType<typeof association.PresentationContext>
type CEchoRequest = InstanceType<typeof requests.CEchoRequest>
type CStoreRequest = InstanceType<typeof requests.CStoreRequest>
type CEchoResponse = InstanceType<typeof responses.CEchoResponse>
type CStoreResponse = InstanceType<typeof responses.CStoreResponse>

const { RejectResult, RejectSource, RejectReason, Status } = constants

export interface AssociationHost {
  isFull(): boolean
  closed(): void
  /** Limits the bytes of objects that are held in memory on their way into the store. */
  budget: ByteBudget
}

/** One connection: its gate, its idle time, and the object that is arriving. */
export class ScpAssociation {
  private readonly gate: PduGate
  private readonly isClosed: Promise<void>
  private storing: Promise<void> = Promise.resolve()
  private isStoring = false
  private readonly handler: StoreHandler

  constructor(socket: Socket, options: ScpOptions, host: AssociationHost) {
    this.gate = new PduGate(socket, {
      role: 'scp',
      violated: (error) => options.refused?.(error, this.handler.callingAeTitle)
    })
    this.handler = new StoreHandler(this.gate, options, host, (work) => this.hold(work))
    socket.setTimeout(options.idleTimeoutMs)
    socket.on('timeout', () => {
      if (!this.isStoring) this.gate.abort()
    })
    // A peer that sends its request byte by byte never becomes idle.
    const deadline = setTimeout(() => {
      if (!this.handler.isEstablished) this.gate.abort()
    }, options.idleTimeoutMs)
    deadline.unref()
    this.isClosed = new Promise((resolve) => {
      this.gate.on('close', () => {
        clearTimeout(deadline)
        this.handler.discard()
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
  private hold(work: () => Promise<void>): void {
    this.isStoring = true
    this.gate.hold()
    this.storing = work().finally(() => {
      this.isStoring = false
      this.gate.release()
    })
  }
}

/** The library's SCP with our decisions. */
class StoreHandler extends Scp {
  callingAeTitle?: string
  isEstablished = false
  private readonly gate: PduGate
  private readonly options: ScpOptions
  private readonly host: AssociationHost
  private readonly hold: (work: () => Promise<void>) => void
  private spool?: Spool
  /** What the intake refuses, the intake notes. */
  private isHandedOver = false
  private context?: PresentationContext

  constructor(gate: PduGate, options: ScpOptions, host: AssociationHost, hold: (work: () => Promise<void>) => void) {
    super(gate as unknown as Socket, {})
    this.gate = gate
    this.options = options
    this.host = host
    this.hold = hold
    this.on('networkError', () => gate.abort())
  }

  override associationRequested(proposed: Association): void {
    const calling = proposed.getCallingAeTitle()
    const allowed = this.options.allowedCallingAeTitles
    if (proposed.getCalledAeTitle() !== this.options.aeTitle) {
      this.reject(RejectResult.Permanent, RejectSource.ServiceUser, RejectReason.CalledAeNotRecognized, 'called-ae')
    } else if (allowed && !allowed.includes(calling)) {
      this.reject(RejectResult.Permanent, RejectSource.ServiceUser, RejectReason.CallingAeNotRecognized, 'calling-ae')
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

  override createStoreWritableStream(context: PresentationContext): Writable {
    this.discard()
    this.context = context
    this.spool = new Spool(this.options.spoolDir, this.options.maxObjectBytes)
    return this.spool as unknown as Writable
  }

  override createDatasetFromStoreWritableStream(
    _spool: Writable,
    context: PresentationContext,
    callback: (dataset: InstanceType<typeof Dataset>) => void
  ): void {
    // The library wants a data set to go on; the bytes stay in the spool, unparsed.
    callback(new Dataset({}, context.getAcceptedTransferSyntaxUid() ?? ''))
  }

  override cStoreRequest(request: CStoreRequest, callback: (response: CStoreResponse) => void): void {
    const response = responses.CStoreResponse.fromRequest(request)
    this.hold(async () => {
      try {
        await this.store(request)
        response.setStatus(Status.Success)
      } catch (error) {
        const coded = asAppError(error)
        response.setStatus(toDimseStatus(coded))
        if (!this.isHandedOver) this.options.refused?.(coded, this.callingAeTitle)
      }
      callback(response)
    })
  }

  /** Forgets an object that did not arrive whole. */
  discard(): void {
    this.spool?.discard()
    this.spool = undefined
  }

  private async store(request: CStoreRequest): Promise<void> {
    const { spool, context } = this
    this.isHandedOver = false
    const abstractSyntaxUid = context?.getAbstractSyntaxUid()
    const transferSyntaxUid = context?.getAcceptedTransferSyntaxUid()
    if (!spool || !abstractSyntaxUid || !transferSyntaxUid) throw new AppError('DICOM_SOP_CLASS')
    if (spool.isOversize) throw new AppError('MESSAGE_TOO_LARGE')
    const bytes = spool.size
    await this.host.budget.acquire(bytes)
    try {
      const sopClassUid = request.getAffectedSopClassUid()
      const sopInstanceUid = request.getAffectedSopInstanceUid()
      const dataSet = spool.take()
      checkObject({ sopClassUid, sopInstanceUid, abstractSyntaxUid, transferSyntaxUid }, dataSet)
      const callingAeTitle = this.callingAeTitle ?? ''
      // Without the sender in the meta: the same object from two senders is the same bytes.
      const file = buildPart10({ sopClassUid, sopInstanceUid, transferSyntaxUid }, dataSet)
      this.isHandedOver = true
      await this.options.store({ file, sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle })
    } finally {
      this.discard()
      this.host.budget.release(bytes)
    }
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
