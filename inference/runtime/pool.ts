import './no-telemetry.ts'
import { Worker } from 'node:worker_threads'
import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { type Logger, silentLogger } from '../../core/log.ts'
import { latencyWindow } from './latency-window.ts'
import type { JobMessage, WorkerMessage, WorkerSetup } from './messages.ts'

/** Jobs of a pool so far; they add up over the pools that followed one another. */
export type PoolCounts = Pick<PoolStats, 'completed' | 'failed' | 'busy' | 'workersReplaced'>

export interface PoolOptions {
  setup: WorkerSetup
  workers: number
  /** Jobs that may wait; one more is refused with INFERENCE_BUSY. */
  maxQueued?: number
  /** Jobs handed to one worker at a time: the second is there when the first ends, so the thread never waits for us. */
  depth?: number
  /** A job that waited this long is shed with INFERENCE_BUSY. */
  waitMs?: number
  /** A job that runs this long costs its worker and fails with INFERENCE_FAILED. */
  runMs?: number
  /** Whether `stop` waits for running jobs; of jobs that wait for another machine it does not, they fail with SHUTTING_DOWN. */
  drain?: boolean
  /** The whole environment of the workers; none by default. */
  environment?: Record<string, string>
  log?: Logger
}

export interface PoolStats {
  workers: number
  ready: number
  queued: number
  running: number
  completed: number
  failed: number
  /** Refused because the queue was full, or shed by deadline. */
  busy: number
  workersReplaced: number
  /** Time inside the worker, last 1,000 jobs. */
  runMs: { p50: number; p99: number }
}

/** A job without its number; the pool numbers it. */
export type JobRequest =
  | Omit<Extract<JobMessage, { kind: 'run' }>, 'id'>
  | Omit<Extract<JobMessage, { kind: 'infer' }>, 'id'>

export interface SubmitOptions {
  waitMs?: number
  /** Whatever else waits goes first, also what comes later; it is begun only where nothing runs. */
  yields?: boolean
  /** Buffers handed over without a copy; such a job cannot be tried again when its worker dies. */
  transfer?: ArrayBuffer[]
}

interface Job {
  message: JobMessage
  yields: boolean
  transfer?: ArrayBuffer[]
  tries: number
  waitTimer?: NodeJS.Timeout
  resolve(value: unknown): void
  reject(error: AppError): void
}

interface Slot {
  worker?: Worker
  ready: boolean
  inFlight: Job[]
  runTimer?: NodeJS.Timeout
  /** Deaths since the last completed job; sets the pause before the next start. */
  deaths: number
}

const MAX_RESTART_PAUSE_MS = 5_000

type Posted = { message: JobMessage; transfer: ArrayBuffer[] }

/**
 * Tensors are copied once and the copy handed over: half of what posting them as they are would copy. The caller's own stay, for
 * another try when the worker dies.
 */
function postable(message: JobMessage): Posted {
  if (message.kind !== 'infer') return { message, transfer: [] }
  const inputs = Object.fromEntries(
    Object.entries(message.inputs).map(([name, { dims, data }]) => [name, { dims, data: data.slice() }])
  )
  return {
    message: { ...message, inputs },
    transfer: Object.values(inputs).map(({ data }) => data.buffer as ArrayBuffer)
  }
}

/**
 * A fixed set of worker threads behind one bounded queue. Workers are made at start and live until stop; one that dies
 * is replaced, the job it was running is tried once more, the jobs behind it lose nothing.
 */
export class WorkerPool {
  readonly #options: Required<PoolOptions>
  readonly #slots: Slot[]
  readonly #queue: Job[] = []
  readonly #latency = latencyWindow(1000)
  readonly #restarts = new Set<NodeJS.Timeout>()
  #failures: Extract<WorkerMessage, { kind: 'ready' }>['failures'] = []
  #nextId = 1
  #stopping = false
  /** Set once the pool takes no more jobs; called when the last of them has ended. */
  #whenIdle: (() => void) | undefined
  /** Jobs taken and not yet answered. */
  #open = 0
  #completed = 0
  #failed = 0
  #busy = 0
  #replaced = 0

  constructor(options: PoolOptions) {
    this.#options = {
      maxQueued: 256,
      depth: 2,
      waitMs: 10_000,
      runMs: 30_000,
      drain: true,
      environment: {},
      log: silentLogger,
      ...options
    }
    this.#slots = Array.from({ length: options.workers }, () => ({ ready: false, inFlight: [], deaths: 0 }))
  }

  /** Resolves when every worker has loaded and warmed up; tells what could not be loaded. */
  async start(): Promise<Extract<WorkerMessage, { kind: 'ready' }>['failures']> {
    // One after the other: runtimes initialised in several threads at once have crashed (hardening A4-46).
    for (const slot of this.#slots) {
      const started = await this.#spawn(slot)
      if (!started) throw new AppError('INFERENCE_FAILED', { reason: 'worker-start' })
    }
    return this.#failures
  }

  /** No more jobs are taken; those that were, waiting ones too, are finished, then the threads end. */
  async retire(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whenIdle = resolve
    if (this.#open > 0) await promise
    await this.stop()
  }

  /** Waiting jobs fail with SHUTTING_DOWN; running ones end first, or fail too where they are not to be waited for. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#whenIdle?.()
    for (const timer of this.#restarts) clearTimeout(timer)
    for (const job of this.#queue.splice(0)) this.#settle(job, new AppError('SHUTTING_DOWN'))
    await Promise.all(
      this.#slots.map(async (slot) => {
        if (this.#options.drain)
          await Promise.allSettled(slot.inFlight.map((job) => (job as Job & { settled?: Promise<void> }).settled))
        clearTimeout(slot.runTimer)
        await slot.worker?.terminate()
      })
    )
  }

  /**
   * @throws AppError INFERENCE_BUSY (queue full, or waited past its deadline), INFERENCE_FAILED, or what the job threw
   */
  submit(request: JobRequest, { waitMs, transfer, yields = false }: SubmitOptions = {}): Promise<unknown> {
    if (this.#stopping || this.#whenIdle) return Promise.reject(new AppError('SHUTTING_DOWN'))
    if (this.#queue.length >= this.#options.maxQueued) {
      this.#busy++
      return Promise.reject(new AppError('INFERENCE_BUSY', { reason: 'queue-full' }))
    }
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const message = { ...request, id: this.#nextId++ } as JobMessage
    const settled = promise.then(
      () => {},
      () => {}
    )
    const job: Job & { settled: Promise<void> } = { message, yields, transfer, tries: 0, resolve, reject, settled }
    this.#queue.push(job)
    this.#open++
    this.#pump()
    if (this.#queue.includes(job)) {
      job.waitTimer = setTimeout(() => this.#shed(job), waitMs ?? this.#options.waitMs)
      job.waitTimer.unref()
    }
    return promise
  }

  stats(): PoolStats {
    return {
      workers: this.#slots.length,
      ready: this.#slots.filter((slot) => slot.ready).length,
      queued: this.#queue.length,
      running: this.#slots.reduce((sum, slot) => sum + slot.inFlight.length, 0),
      completed: this.#completed,
      failed: this.#failed,
      busy: this.#busy,
      workersReplaced: this.#replaced,
      runMs: { p50: this.#latency.quantile(0.5), p99: this.#latency.quantile(0.99) }
    }
  }

  #spawn(slot: Slot): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: this.#options.setup,
      name: 'inference',
      // Flags of the parent (Jest's, a debugger's) are not the worker's.
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: this.#options.environment
    })
    slot.worker = worker
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') {
        this.#failures = message.failures
        slot.ready = true
        resolve(true)
        this.#pump()
      } else {
        this.#finish(slot, message)
      }
    })
    worker.on('error', (error: unknown) => {
      this.#options.log.error({ code: asAppError(error, 'INFERENCE_FAILED').code }, 'inference worker failed')
    })
    worker.once('exit', () => {
      resolve(false)
      this.#bury(slot)
    })
    return promise
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const job = this.#queue.find(({ yields }) => !yields) ?? this.#queue[0]!
      // What a worker was given cannot be taken back: what yields is never put where the next job may want to be.
      const slot = this.#freest(job.yields ? 1 : this.#options.depth)
      if (!slot) return
      this.#queue.splice(this.#queue.indexOf(job), 1)
      clearTimeout(job.waitTimer)
      slot.inFlight.push(job)
      const { message, transfer } = job.transfer ? (job as Posted) : postable(job.message)
      slot.worker!.postMessage(message, transfer)
      if (slot.inFlight.length === 1) this.#armRunTimer(slot)
    }
  }

  #freest(depth: number): Slot | undefined {
    const open = this.#slots.filter((slot) => slot.ready && slot.inFlight.length < depth)
    return open.sort((a, b) => a.inFlight.length - b.inFlight.length)[0]
  }

  #finish(slot: Slot, message: Exclude<WorkerMessage, { kind: 'ready' }>): void {
    const job = slot.inFlight.shift()
    clearTimeout(slot.runTimer)
    if (slot.inFlight.length > 0) this.#armRunTimer(slot)
    slot.deaths = 0
    this.#latency.add(message.ms)
    if (job) this.#settle(job, message.kind === 'done' ? undefined : asAppError(message.error), message)
    this.#pump()
  }

  #settle(job: Job, error?: AppError, message?: WorkerMessage): void {
    clearTimeout(job.waitTimer)
    if (error) {
      this.#failed++
      job.reject(error)
    } else {
      this.#completed++
      job.resolve(message?.kind === 'done' ? message.value : undefined)
    }
    this.#close()
  }

  #close(): void {
    this.#open--
    if (this.#open === 0) this.#whenIdle?.()
  }

  #shed(job: Job): void {
    const place = this.#queue.indexOf(job)
    if (place < 0) return
    this.#queue.splice(place, 1)
    this.#busy++
    job.reject(new AppError('INFERENCE_BUSY', { reason: 'deadline-exceeded' }))
    this.#close()
  }

  #armRunTimer(slot: Slot): void {
    slot.runTimer = setTimeout(() => {
      const head = slot.inFlight.shift()
      if (head) this.#settle(head, new AppError('INFERENCE_FAILED', { reason: 'run-timeout' }))
      void slot.worker?.terminate()
    }, this.#options.runMs)
    slot.runTimer.unref()
  }

  /** A worker has ended: its jobs go back to the front of the queue, the one it was running at most once. */
  #bury(slot: Slot): void {
    clearTimeout(slot.runTimer)
    slot.ready = false
    slot.worker = undefined
    const jobs = slot.inFlight.splice(0)
    if (this.#stopping) {
      for (const job of jobs) this.#settle(job, new AppError('SHUTTING_DOWN'))
      return
    }
    const [head, ...behind] = jobs
    const again = behind.filter((job) => this.#retriable(job))
    if (head && this.#retriable(head)) {
      head.tries++
      if (head.tries > 1) this.#settle(head, new AppError('INFERENCE_FAILED', { reason: 'worker-died' }))
      else again.unshift(head)
    }
    this.#queue.unshift(...again)
    this.#replaced++
    slot.deaths++
    this.#options.log.warn({ count: this.#replaced }, 'inference worker ended and is replaced')
    const pause = slot.deaths <= 1 ? 0 : Math.min(MAX_RESTART_PAUSE_MS, 50 * 2 ** slot.deaths)
    const timer = setTimeout(() => {
      this.#restarts.delete(timer)
      if (!this.#stopping) void this.#spawn(slot)
    }, pause)
    this.#restarts.add(timer)
    this.#pump()
  }

  #retriable(job: Job): boolean {
    if (!job.transfer?.length) return true
    this.#settle(job, new AppError('INFERENCE_FAILED', { reason: 'worker-died' }))
    return false
  }
}
