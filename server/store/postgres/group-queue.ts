import { AppError } from '../../../core/errors/app-error.ts'

/** What became of one job of a group; 'again': it has to run in the next group. */
export type Outcome<R> = { done: R } | { error: AppError } | 'again'

interface Waiting<J, R> {
  job: J
  resolve(result: R): void
  reject(error: AppError): void
}

export interface GroupQueueOptions<J, R> {
  /** Groups that run at once. */
  parallel: number
  /** Jobs that may wait before BACK_PRESSURE. */
  maxWaiting: number
  /** How many of the waiting jobs, from the first on, make the next group; at least 1. */
  take(waiting: readonly { job: J }[]): number
  /** Runs a group in one transaction; never rejects. */
  run(jobs: J[]): Promise<Outcome<R>[]>
}

/** Jobs that wait together run in one database transaction and share its commit (group commit). */
export class GroupQueue<J, R> {
  readonly #options: GroupQueueOptions<J, R>
  #waiting: Waiting<J, R>[] = []
  #running = 0
  #stopping = false
  #idle: (() => void)[] = []

  constructor(options: GroupQueueOptions<J, R>) {
    this.#options = options
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** @throws AppError BACK_PRESSURE when too much waits, STORE_UNAVAILABLE when stopped, or the job's own */
  async add(job: J): Promise<R> {
    if (this.#stopping) throw new AppError('STORE_UNAVAILABLE', { reason: 'stopped' })
    if (this.#waiting.length >= this.#options.maxWaiting) throw new AppError('BACK_PRESSURE', { reason: 'store' })
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject })
      // The jobs of this turn share the group.
      if (this.#waiting.length === 1) queueMicrotask(() => this.#pump())
    })
  }

  /** Ends after everything that was handed in is answered. */
  async stop(): Promise<void> {
    this.#stopping = true
    if (this.#running > 0 || this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #pump(): void {
    while (this.#running < this.#options.parallel && this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, Math.max(1, this.#options.take(this.#waiting)))
      this.#running += 1
      void this.#run(group)
    }
  }

  async #run(group: Waiting<J, R>[]): Promise<void> {
    const outcomes = await this.#options.run(group.map(({ job }) => job))
    const again: Waiting<J, R>[] = []
    for (const [i, waiting] of group.entries()) {
      const outcome = outcomes[i]!
      if (outcome === 'again') again.push(waiting)
      else if ('error' in outcome) waiting.reject(outcome.error)
      else waiting.resolve(outcome.done)
    }
    this.#waiting.unshift(...again)
    this.#running -= 1
    // What the answers make their callers hand in joins the next group.
    queueMicrotask(() => {
      this.#pump()
      if (this.#running === 0 && this.#waiting.length === 0) for (const idle of this.#idle.splice(0)) idle()
    })
  }
}
