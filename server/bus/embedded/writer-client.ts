import { Worker } from 'node:worker_threads'
import { AppError } from '../../../core/errors/app-error.ts'
import type { BusMessage } from '../../../core/event-bus.ts'
import type { Scheduler } from '../scheduler.ts'
import type {
  HeadChange,
  WriterOp,
  WriterReply,
  WriterResult,
  WriterResults,
  WriterSettings
} from './writer-protocol.ts'

/** Operations and bytes of one transaction; more waits for the next. */
const BATCH_OPS = 2000
const BATCH_BYTES = 8 * 1024 * 1024
/** Offset commits that no other transaction takes along are written after this pause. Losing them replays a little. */
const OFFSET_FLUSH_MS = 100

interface Waiting {
  op: WriterOp
  bytes: number
  resolve(result: WriterResult): void
  reject(error: AppError): void
}

interface ClientDeps {
  settings: WriterSettings
  scheduler: Scheduler
  /** Bytes that may wait for the writer before appends are refused. */
  maxQueuedBytes: number
  /** Told after each commit, before the promises of its operations resolve. */
  onHeads(heads: HeadChange[]): void
}

/**
 * The main thread's end of the writer thread. One batch is under way at a time; all that is asked meanwhile makes up
 * the next one, in the order in which it was asked: that is the group commit.
 */
export class WriterClient {
  readonly #deps: ClientDeps
  #worker: Worker | undefined
  #queue: Waiting[] = []
  #queuedBytes = 0
  #underWay: Waiting[] | undefined
  #pumping = false
  #stopping = false
  #offsets = new Map<string, { group: string; topic: string; partition: number; next: number }>()
  #cancelFlush: (() => void) | undefined
  #idle: (() => void)[] = []
  commits = 0

  constructor(deps: ClientDeps) {
    this.#deps = deps
  }

  /** Starts the writer thread. Rejects BUS_UNAVAILABLE when the file cannot be opened or another process has it. */
  start(): Promise<void> {
    const worker = new Worker(new URL('./writer-worker.ts', import.meta.url), { workerData: this.#deps.settings })
    this.#worker = worker
    let ready = false
    return new Promise((resolve, reject) => {
      worker.on('message', (reply: WriterReply) => {
        if (reply.kind === 'ready') {
          ready = true
          this.#deps.onHeads(reply.heads)
          resolve()
        } else if (reply.kind === 'unusable') {
          this.#worker = undefined
          reject(new AppError('BUS_UNAVAILABLE', { reason: reply.reason }))
        } else this.#finish(reply)
      })
      worker.on('error', () => {})
      worker.on('exit', () => {
        if (this.#worker !== worker) return
        this.#worker = undefined
        if (ready) this.#finish({ kind: 'failed', reason: 'writer-died' })
        else reject(new AppError('BUS_UNAVAILABLE', { reason: 'writer-died' }))
      })
    })
  }

  submit<K extends WriterOp['kind']>(op: Extract<WriterOp, { kind: K }>): Promise<WriterResults[K]> {
    const bytes = sizeOf(op)
    if (this.#stopping) return Promise.reject(new AppError('BUS_UNAVAILABLE', { reason: 'stopped' }))
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#deps.maxQueuedBytes) {
      return Promise.reject(new AppError('BUS_UNAVAILABLE', { reason: 'queue-full' }))
    }
    this.#queuedBytes += bytes
    return new Promise((resolve, reject) => {
      this.#queue.push({ op, bytes, resolve: resolve as Waiting['resolve'], reject })
      this.#pumpSoon()
    })
  }

  /** Notes that a group has passed a record; goes along with the next transaction. */
  commitOffset(group: string, topic: string, partition: number, next: number): void {
    this.#offsets.set(`${group}\n${topic}\n${partition}`, { group, topic, partition, next })
    this.#flushLater()
  }

  /** Writes what waits and closes the file. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#pumpSoon(true)
    while (this.#underWay || this.#queue.length > 0 || (this.#offsets.size > 0 && this.#worker)) {
      await new Promise<void>((resolve) => {
        this.#idle.push(resolve)
        void this.#pumpSoon(true)
      })
    }
    this.#cancelFlush?.()
    const worker = this.#worker
    if (!worker) return
    this.#worker = undefined
    await new Promise<void>((resolve) => {
      worker.on('exit', () => resolve())
      worker.postMessage({ kind: 'close' })
    })
  }

  /** Kills the thread as a crash would; for tests of the restart. */
  async crash(): Promise<void> {
    await this.#worker?.terminate()
  }

  /** After the current turn, so that all callers of this turn share the transaction. */
  async #pumpSoon(withOffsets = false): Promise<void> {
    if (withOffsets) {
      this.#cancelFlush?.()
      this.#cancelFlush = undefined
    }
    if (this.#pumping && !withOffsets) return
    this.#pumping = true
    await undefined
    this.#pumping = false
    await this.#pump(withOffsets)
  }

  async #pump(withOffsets: boolean): Promise<void> {
    if (this.#underWay) return
    if (this.#queue.length === 0 && !(withOffsets && this.#offsets.size > 0)) return this.#tellIdle()
    const batch = this.#takeBatch()
    this.#underWay = batch
    try {
      if (!this.#worker) await this.start()
      const transfer: ArrayBuffer[] = []
      this.#worker!.postMessage({ kind: 'batch', ops: batch.map(({ op }) => portable(op, transfer)) }, transfer)
    } catch {
      this.#finish({ kind: 'failed', reason: 'writer-died' })
    }
  }

  #takeBatch(): Waiting[] {
    let bytes = 0
    let count = 0
    while (count < this.#queue.length && count < BATCH_OPS && (count === 0 || bytes < BATCH_BYTES)) {
      bytes += this.#queue[count]!.bytes
      count += 1
    }
    const batch = this.#queue.splice(0, count)
    if (this.#offsets.size > 0) {
      const commits = [...this.#offsets.values()]
      this.#offsets.clear()
      this.#cancelFlush?.()
      this.#cancelFlush = undefined
      // A commit that failed with its transaction is not tried again: the next one of that partition covers it.
      batch.unshift({ op: { kind: 'offsets', commits }, bytes: 0, resolve() {}, reject() {} })
    }
    return batch
  }

  #finish(reply: WriterReply): void {
    const batch = this.#underWay
    this.#underWay = undefined
    if (!batch) return
    for (const { bytes } of batch) this.#queuedBytes -= bytes
    if (reply.kind === 'done') {
      this.commits += 1
      this.#deps.onHeads(reply.heads)
      batch.forEach((waiting, i) => {
        waiting.resolve(reply.results[i])
      })
    } else {
      const reason = reply.kind === 'failed' ? reply.reason : 'writer-died'
      for (const waiting of batch) waiting.reject(new AppError('BUS_UNAVAILABLE', { reason }))
    }
    if (this.#queue.length > 0) void this.#pump(false)
    else this.#tellIdle()
    if (this.#offsets.size > 0) this.#flushLater()
  }

  #flushLater(): void {
    this.#cancelFlush ??= this.#deps.scheduler.after(OFFSET_FLUSH_MS, () => this.#pumpSoon(true))
  }

  #tellIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

function sizeOf(op: WriterOp): number {
  return op.kind === 'append' ? op.messages.reduce((sum, { value }) => sum + value.byteLength + 200, 0) : 0
}

/**
 * Cloning a view clones its whole buffer, so a small message cut out of a socket's 64 KiB chunk is copied out first and
 * the copy is handed over. The caller's own bytes stay the caller's.
 */
function portable(op: WriterOp, transfer: ArrayBuffer[]): WriterOp {
  if (op.kind !== 'append') return op
  const messages = op.messages.map((message): BusMessage => {
    const value = Uint8Array.from(message.value)
    transfer.push(value.buffer)
    return { ...message, value }
  })
  return { ...op, messages }
}
