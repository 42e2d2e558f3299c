import { Worker } from 'node:worker_threads'
import type { Decoded } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import type { FeedFacts } from '../../core/format.ts'
import { restoreTexts } from '../../core/json-numbers.ts'
import type { Settlement } from '../../core/transport.ts'
import { type Scheduler, systemScheduler } from '../bus/scheduler.ts'
import type { PipelineCounters } from './counters.ts'
import type { DecodeTask, FromDecodeWorker, WorkerSettings } from './decode-protocol.ts'
import { resourcesOf } from './resources-of.ts'

export interface DecodePoolOptions {
  /** Folder of format folders, with a trailing slash. */
  dir: URL
  names: readonly string[]
  /** Worker threads. Default 2. */
  workers?: number
  /** Time of one message. Default 10 s. */
  timeoutMs?: number
  /** Heap of one worker; typed arrays lie outside it and are bounded by the formats' own limits. Default 256 MiB. */
  memoryMiB?: number
  scheduler?: Scheduler
  counters?: Pick<PipelineCounters, 'decodeTimeouts' | 'decodeDeaths'>
}

interface Job {
  task: DecodeTask
  resolve(answer: Extract<FromDecodeWorker, { kind: 'done' }>): void
  reject(error: AppError): void
}

interface Slot {
  worker?: Worker
  ready?: Promise<void>
  job?: Job
  cancelTimeout?: () => void
}

/** The workers in which formats run. Callers bound how much waits here by how much they ask at once. */
export class DecodePool {
  readonly #options: Required<Omit<DecodePoolOptions, 'counters'>> & Pick<DecodePoolOptions, 'counters'>
  readonly #slots: Slot[]
  readonly #queue: Job[] = []
  #stopped = false

  constructor(options: DecodePoolOptions) {
    this.#options = { workers: 2, timeoutMs: 10_000, memoryMiB: 256, scheduler: systemScheduler, ...options }
    this.#slots = Array.from({ length: this.#options.workers }, () => ({}))
  }

  /** Resolves when every worker has imported the formats. @throws AppError CONFIG_INVALID when one cannot be imported */
  async start(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => this.#launch(slot)))
  }

  /** @throws AppError what the format threw, DECODE_FAILED, DECODE_TIMEOUT, DECODE_MEMORY, SHUTTING_DOWN */
  async decode(format: string, envelope: Envelope, feed: FeedFacts): Promise<Decoded> {
    const { decoded, texts = [] } = await this.#run({ kind: 'decode', format, envelope, feed })
    restoreTexts(resourcesOf(decoded!), texts)
    return decoded!
  }

  async reply(
    format: string,
    message: { envelope: Envelope; feed: FeedFacts; settlement: Settlement }
  ): Promise<Uint8Array | undefined> {
    return (await this.#run({ kind: 'reply', format, ...message })).reply
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const error = new AppError('SHUTTING_DOWN')
    for (const job of this.#queue.splice(0)) job.reject(error)
    await Promise.all(
      this.#slots.map(async (slot) => {
        this.#release(slot)?.reject(error)
        const { worker } = slot
        slot.worker = undefined
        await worker?.terminate()
      })
    )
  }

  #run(task: DecodeTask): Promise<Extract<FromDecodeWorker, { kind: 'done' }>> {
    if (this.#stopped) return Promise.reject(new AppError('SHUTTING_DOWN'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject })
      this.#assign()
    })
  }

  #assign(): void {
    for (const slot of this.#slots) {
      if (this.#queue.length === 0) return
      if (slot.job) continue
      slot.job = this.#queue.shift()!
      void this.#begin(slot, slot.job)
    }
  }

  async #begin(slot: Slot, job: Job): Promise<void> {
    try {
      if (!slot.worker) await this.#launch(slot)
      await slot.ready
      if (slot.job !== job) return
      // The time runs from here: the import of the formats is not the message's.
      slot.cancelTimeout = this.#options.scheduler.after(this.#options.timeoutMs, () => this.#expire(slot, job))
      slot.worker!.postMessage(job.task)
    } catch (error) {
      if (slot.job === job) this.#release(slot)?.reject(asAppError(error, 'DECODE_FAILED'))
      this.#assign()
    }
  }

  #launch(slot: Slot): Promise<void> {
    const { dir, names, memoryMiB } = this.#options
    const worker = new Worker(new URL('./decode-worker.ts', import.meta.url), {
      workerData: { dir: dir.href, names } satisfies WorkerSettings,
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB }
    })
    slot.worker = worker
    slot.ready = new Promise((resolve, reject) => {
      worker.on('message', (answer: FromDecodeWorker) => {
        if (answer.kind === 'ready') resolve()
        else if (answer.kind === 'unusable') reject(asAppError(answer.error, 'CONFIG_INVALID'))
        else this.#finish(slot, answer)
      })
      worker.on('error', () => {})
      worker.on('exit', () => {
        reject(new AppError('DECODE_MEMORY', { reason: 'worker-died' }))
        if (slot.worker === worker) this.#died(slot)
      })
    })
    slot.ready.catch(() => {})
    return slot.ready
  }

  #finish(slot: Slot, answer: Extract<FromDecodeWorker, { kind: 'done' | 'failed' }>): void {
    const job = this.#release(slot)
    if (answer.kind === 'done') job?.resolve(answer)
    else job?.reject(asAppError(answer.error, 'DECODE_FAILED'))
    this.#assign()
  }

  /** A worker that hangs cannot be asked to stop: it is ended and the next message gets a new one. */
  #expire(slot: Slot, job: Job): void {
    if (slot.job !== job) return
    const { worker } = slot
    slot.worker = undefined
    void worker?.terminate()
    if (this.#options.counters) this.#options.counters.decodeTimeouts += 1
    this.#release(slot)?.reject(new AppError('DECODE_TIMEOUT'))
    this.#assign()
  }

  #died(slot: Slot): void {
    slot.worker = undefined
    if (this.#options.counters) this.#options.counters.decodeDeaths += 1
    this.#release(slot)?.reject(new AppError('DECODE_MEMORY'))
    this.#assign()
  }

  #release(slot: Slot): Job | undefined {
    slot.cancelTimeout?.()
    slot.cancelTimeout = undefined
    const { job } = slot
    slot.job = undefined
    return job
  }
}
