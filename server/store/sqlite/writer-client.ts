import { Worker } from 'node:worker_threads'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Logger } from '../../../core/log.ts'
import type { StoreStats } from '../server-store.ts'
import type { FromWriter, Job, JobResult, ToWriter, WriterOptions } from './messages.ts'

type Success = Extract<JobResult, { ok: true }>
interface Waiting {
  resolve(result: Success): void
  reject(error: AppError): void
}

/** The main thread's end of the writer thread. A writer that dies fails what waits with STORE_UNAVAILABLE and is started anew. */
export class WriterClient {
  readonly #options: WriterOptions
  readonly #maxWaiting: number
  readonly #log: Logger
  readonly #onChanges: (count: number) => void
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #ready: Promise<void> = Promise.resolve()
  #next = 0
  #stopping = false
  #stats = { commits: 0, transactions: 0, restarts: 0 }

  constructor(options: WriterOptions & { maxWaiting: number; log: Logger; onChanges: (count: number) => void }) {
    const { maxWaiting, log, onChanges, ...rest } = options
    this.#options = rest
    this.#maxWaiting = maxWaiting
    this.#log = log
    this.#onChanges = onChanges
  }

  async start(): Promise<void> {
    this.#stopping = false
    this.#ready = this.#launch()
    await this.#ready
  }

  /** Ends after everything that was handed in is answered. */
  async stop(): Promise<void> {
    this.#stopping = true
    while (this.#waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    // One that is being started in the place of one that died would outlive the stop.
    await this.#ready.catch(() => undefined)
    await this.#worker?.terminate()
    this.#worker = undefined
  }

  /** @throws AppError STORE_UNAVAILABLE when stopped or dead, BACK_PRESSURE when too much waits, or the job's own code */
  async run(job: Job): Promise<Success> {
    if (this.#waiting.size >= this.#maxWaiting) throw new AppError('BACK_PRESSURE', { reason: 'store' })
    if (this.#stopping) throw new AppError('STORE_UNAVAILABLE', { reason: 'stopped' })
    if (!this.#worker) await this.#ready
    const worker = this.#worker
    if (!worker) throw new AppError('STORE_UNAVAILABLE', { reason: 'no-writer' })
    const number = this.#next++
    return new Promise<Success>((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject })
      worker.postMessage({ number, job } satisfies ToWriter)
    })
  }

  /** Kills the thread as a crash would; for tests of the restart. */
  async crash(): Promise<void> {
    await this.#worker?.terminate()
  }

  stats(): StoreStats {
    return { ...this.#stats, waiting: this.#waiting.size }
  }

  #launch(): Promise<void> {
    const worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData: this.#options })
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromWriter) => {
        if (message.kind === 'committed') return this.#answer(message)
        this.#worker = worker
        resolve()
      })
      worker.on('error', (cause) => reject(new AppError('STORE_UNAVAILABLE', { reason: 'writer', cause })))
      worker.on('exit', () => {
        reject(new AppError('STORE_UNAVAILABLE', { reason: 'writer' }))
        this.#died(worker)
      })
    })
  }

  #answer(message: Extract<FromWriter, { kind: 'committed' }>): void {
    this.#stats.commits += message.commits
    this.#stats.transactions += message.transactions
    for (const [number, result] of message.results) {
      const waiting = this.#waiting.get(number)
      this.#waiting.delete(number)
      if (result.ok) waiting?.resolve(result)
      else waiting?.reject(new AppError(result.code, { reason: result.reason, at: result.at }))
    }
    if (message.changes > 0) this.#onChanges(message.changes)
  }

  #died(worker: Worker): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    const lost = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const waiting of lost) waiting.reject(new AppError('STORE_UNAVAILABLE', { reason: 'writer-died' }))
    if (this.#stopping) return
    this.#stats.restarts += 1
    this.#log.error({ code: 'STORE_UNAVAILABLE', count: lost.length }, 'store writer died, starting it again')
    this.#ready = this.#launch()
    this.#ready.catch(() => this.#log.error({ code: 'STORE_UNAVAILABLE' }, 'store writer could not be started'))
  }
}
