import { Worker } from 'node:worker_threads'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Answer, JobName, Request } from './jobs.ts'

/** Figures are made outside the event loop: 20,000 pairs with intervals take seconds, in which messages are to be taken. */
export interface Computer {
  /** @throws AppError BACK_PRESSURE when too much waits, SHUTTING_DOWN, INTERNAL when a computation fails or takes too long */
  run<K extends JobName>(name: K, request: Request<K>): Promise<Answer<K>>
  stop(): Promise<void>
}

interface Job {
  name: JobName
  request: unknown
  resolve(answer: unknown): void
  reject(error: AppError): void
}

const MAX_WAITING = 32
const TIMEOUT_MS = 120_000
const IDLE_MS = 30_000
const MEMORY_MIB = 512

/** One worker thread, started with the first job and ended when nothing was asked for a while. */
export function createComputer(): Computer {
  const waiting: Job[] = []
  let current: Job | undefined
  let worker: Worker | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function next(): void {
    clearTimeout(timer)
    current = waiting.shift()
    if (!current) {
      timer = setTimeout(end, IDLE_MS)
      timer.unref()
      return
    }
    worker ??= launch()
    worker.ref()
    worker.postMessage({ name: current.name, request: current.request })
    timer = setTimeout(() => {
      void end()
      settle((job) => job.reject(new AppError('INTERNAL', { reason: 'computation-timeout' })))
    }, TIMEOUT_MS)
  }

  function launch(): Worker {
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB }
    })
    started.on('message', ({ answer, failed }: { answer?: unknown; failed?: string }) => {
      if (worker !== started) return
      started.unref()
      settle((job) => (failed ? job.reject(new AppError('INTERNAL', { reason: 'computation' })) : job.resolve(answer)))
    })
    started.on('error', () => {
      if (worker !== started) return
      worker = undefined
      settle((job) => job.reject(new AppError('INTERNAL', { reason: 'computation' })))
    })
    return started
  }

  function settle(how: (job: Job) => void): void {
    const job = current
    current = undefined
    if (job) how(job)
    if (!stopped) next()
  }

  async function end(): Promise<void> {
    const ended = worker
    worker = undefined
    await ended?.terminate()
  }

  return {
    run: (name, request) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(new AppError('SHUTTING_DOWN'))
        if (waiting.length >= MAX_WAITING) return reject(new AppError('BACK_PRESSURE', { at: 'performance' }))
        waiting.push({ name, request, resolve: resolve as (answer: unknown) => void, reject })
        if (!current) next()
      }),
    async stop() {
      stopped = true
      clearTimeout(timer)
      const error = new AppError('SHUTTING_DOWN')
      for (const job of waiting.splice(0)) job.reject(error)
      settle((job) => job.reject(error))
      await end()
    }
  }
}
