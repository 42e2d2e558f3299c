import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AppError } from '../../core/errors/app-error.ts'
import { encodeStoreRequest, type StoreResponse } from './command-set.ts'
import { association as associations, constants, requests, Scp } from './library.ts'
import { commandPdu, dataSetPdus } from './p-data.ts'
import { MAX_PDU_BYTES, PduGate } from './pdu-gate.ts'
import type { DicomPeer } from './peer.ts'

type Association = InstanceType<typeof associations.Association>
type Request = InstanceType<typeof requests.Request>

export interface ProposedContext {
  abstractSyntaxUid: string
  transferSyntaxUid: string
}

const DEFAULT_TIMEOUT_MS = 30_000
/** A peer that announces less leaves no room for a PDV; the library would loop for ever on it. */
const MIN_PDU_BYTES = 128

/** One outgoing association. Every wait ends with an answer, an abort, a closed connection or the time-out. */
export class ScuAssociation {
  private readonly network: InstanceType<typeof Scp>
  private readonly gate: PduGate
  private readonly timeoutMs: number
  private accepted?: Association
  private fail: (error: AppError) => void = () => {}
  private readonly failed: Promise<never>
  private isOver = false
  private messageId = 0
  /** Who waits for the response to the C-STORE under way. */
  private awaiting?: (response: StoreResponse) => void

  private constructor(
    socket: Socket,
    { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: { timeoutMs?: number; signal?: AbortSignal }
  ) {
    this.timeoutMs = timeoutMs
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject
    })
    // Whoever waits gets the error; nobody may be waiting when the peer hangs up.
    this.failed.catch(() => {})
    this.gate = new PduGate(socket, {
      role: 'scu',
      violated: (error) => this.fail(unreachable('protocol', error)),
      store: { storeAnswered: (response) => this.awaiting?.(response) }
    })
    // The Scp class is the library's only exported Network; as requester none of its provider methods is called.
    this.network = new Scp(this.gate as unknown as Socket, {})
    this.network.abort = () => this.fail(unreachable('aborted'))
    this.network.on('networkError', (cause: Error) => this.fail(unreachable('network', cause)))
    this.network.on('close', () => this.fail(unreachable('closed')))
    signal?.addEventListener('abort', () => this.fail(unreachable('cancelled')), { once: true })
    if (signal?.aborted) this.fail(unreachable('cancelled'))
  }

  /** @throws AppError DESTINATION_UNREACHABLE, DESTINATION_REFUSED (association rejected for good) */
  static async open(
    peer: DicomPeer,
    contexts: readonly ProposedContext[],
    options: { timeoutMs?: number; signal?: AbortSignal }
  ): Promise<ScuAssociation> {
    const socket = peer.tls
      ? connectTls({ host: peer.host, port: peer.port, ...peer.tls })
      : connect({ host: peer.host, port: peer.port })
    const association = new ScuAssociation(socket, options)
    try {
      await association.associate(socket, peer, contexts)
      return association
    } catch (error) {
      association.abort()
      throw error
    }
  }

  accepts(sopClassUid: string, transferSyntaxUid: string): boolean {
    return this.contextId(sopClassUid, transferSyntaxUid) !== undefined
  }

  /** @returns DIMSE status of the response */
  echo(): Promise<number> {
    return this.ask(new requests.CEchoRequest())
  }

  /** @returns DIMSE status of the response to this instance */
  async store(instance: {
    sopClassUid: string
    sopInstanceUid: string
    transferSyntaxUid: string
    dataSet: Uint8Array
  }): Promise<number> {
    const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet } = instance
    const contextId = this.contextId(sopClassUid, transferSyntaxUid)
    if (contextId === undefined) throw new AppError('DICOM_SOP_CLASS', { reason: 'context' })
    this.messageId = (this.messageId % 0xffff) + 1
    const { messageId } = this
    const answered = new Promise<number>((resolve) => {
      this.awaiting = (response) => {
        // An answer to anything else than what was asked last is none (PS3.7 9.3.1.2): all that follows would be shifted.
        if (response.messageId === messageId) resolve(response.status)
        else this.fail(unreachable('protocol'))
      }
    })
    this.gate.write(commandPdu(encodeStoreRequest({ messageId, sopClassUid, sopInstanceUid }), contextId))
    for (const piece of dataSetPdus(dataSet, contextId, this.accepted?.getMaxPduLength() ?? 0)) this.gate.write(piece)
    return this.wait(answered)
  }

  /** A-RELEASE; what the peer answered before stays true even when it does not answer this. */
  async release(): Promise<void> {
    const released = new Promise<void>((resolve) => {
      this.network.on('associationReleaseResponse', () => resolve())
    })
    this.network.sendAssociationReleaseRequest()
    await this.wait(released).catch(() => {})
    this.isOver = true
    this.gate.end()
  }

  abort(): void {
    if (!this.isOver) this.gate.abort()
    this.isOver = true
  }

  /** The accepted presentation context of exactly this pair. */
  private contextId(sopClassUid: string, transferSyntaxUid: string): number | undefined {
    return this.accepted
      ?.getPresentationContexts()
      .find(
        ({ context }) =>
          context.getAbstractSyntaxUid() === sopClassUid &&
          context.getResult() === constants.PresentationContextResult.Accept &&
          context.getAcceptedTransferSyntaxUid() === transferSyntaxUid
      )?.id
  }

  private async associate(socket: Socket, peer: DicomPeer, contexts: readonly ProposedContext[]): Promise<void> {
    const proposal = new associations.Association(peer.callingAeTitle, peer.calledAeTitle)
    proposal.setMaxPduLength(MAX_PDU_BYTES)
    for (const { abstractSyntaxUid, transferSyntaxUid } of contexts) {
      proposal.addTransferSyntaxToPresentationContext(
        proposal.addPresentationContext(abstractSyntaxUid),
        transferSyntaxUid
      )
    }
    const answered = new Promise<Association>((resolve, reject) => {
      this.network.on('associationAccepted', resolve)
      this.network.on('associationRejected', ({ result }: { result: number }) => {
        const isPermanent = result === constants.RejectResult.Permanent
        reject(new AppError(isPermanent ? 'DESTINATION_REFUSED' : 'DESTINATION_UNREACHABLE', { reason: 'rejected' }))
      })
    })
    answered.catch(() => {})
    const connected = new Promise<void>((resolve) => {
      socket.once(peer.tls ? 'secureConnect' : 'connect', () => resolve())
    })
    await this.wait(connected)
    this.network.sendAssociationRequest(proposal)
    this.accepted = await this.wait(answered)
    const peerMax = this.accepted.getMaxPduLength()
    if (peerMax !== 0 && peerMax < MIN_PDU_BYTES) throw unreachable('pdu-length')
  }

  private ask(request: Request): Promise<number> {
    const answered = new Promise<number>((resolve, reject) => {
      request.on('response', (response: { getStatus(): number }) => resolve(response.getStatus()))
      // Raised without a response when the library could not send.
      request.on('done', () => reject(unreachable('unsent')))
    })
    answered.catch(() => {})
    this.network.sendRequests(request)
    return this.wait(answered)
  }

  private async wait<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(unreachable('timeout')), this.timeoutMs)
    })
    try {
      return await Promise.race([answer, this.failed, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

type Why = 'timeout' | 'network' | 'closed' | 'aborted' | 'cancelled' | 'protocol' | 'pdu-length' | 'unsent'
const unreachable = (reason: Why, cause?: unknown): AppError =>
  new AppError('DESTINATION_UNREACHABLE', { reason, cause })
