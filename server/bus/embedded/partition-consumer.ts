import type { BusRecord, BusSubscription } from '../../../core/event-bus.ts'
import { type HandleOrParkDeps, handleOrPark } from '../handle-or-park.ts'
import type { Scheduler } from '../scheduler.ts'

interface Cursor {
  partition: number
  /** Next offset to handle. */
  next: number
  state: 'idle' | 'ready' | 'busy' | 'waiting'
  /** Failed tries of the record at `next`. */
  tries: number
  cancelWait?: () => void
}

interface ConsumerDeps extends HandleOrParkDeps {
  /** Next offset of each partition, from where the group goes on. */
  positions: number[]
  scheduler: Scheduler
  /** Next offset of the log's end. */
  head(partition: number): number
  page(partition: number, from: number): BusRecord[]
  commit(partition: number, next: number): void
}

/**
 * One group's way through one topic. Records of a partition are handled one after the other; `concurrency` partitions
 * side by side, in turn. A partition that waits for its next try holds no place, so others go on.
 */
export class PartitionConsumer implements BusSubscription {
  readonly #deps: ConsumerDeps
  readonly #handleOrPark: ReturnType<typeof handleOrPark>
  readonly #cursors: Cursor[]
  readonly #ready: Cursor[] = []
  readonly #concurrency: number
  #active = 0
  #stopped = false
  #drained: (() => void)[] = []

  constructor(deps: ConsumerDeps) {
    this.#deps = deps
    this.#handleOrPark = handleOrPark(deps)
    this.#concurrency = deps.options.concurrency ?? 8
    this.#cursors = deps.positions.map((next, partition) => ({ partition, next, state: 'idle', tries: 0 }))
    this.wake()
  }

  /** Looks which partitions have something new. */
  wake(): void {
    for (const cursor of this.#cursors) {
      if (cursor.state === 'idle' && cursor.next < this.#deps.head(cursor.partition)) this.#enqueue(cursor)
    }
    this.#fill()
  }

  lag(): number {
    return this.#cursors.reduce((sum, { partition, next }) => sum + Math.max(0, this.#deps.head(partition) - next), 0)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const cursor of this.#cursors) cursor.cancelWait?.()
    if (this.#active > 0) await new Promise<void>((resolve) => this.#drained.push(resolve))
  }

  #enqueue(cursor: Cursor): void {
    cursor.state = 'ready'
    this.#ready.push(cursor)
  }

  #fill(): void {
    while (!this.#stopped && this.#active < this.#concurrency && this.#ready.length > 0) {
      const cursor = this.#ready.shift()!
      cursor.state = 'busy'
      this.#active += 1
      void this.#work(cursor).then(() => {
        this.#active -= 1
        if (this.#stopped && this.#active === 0) for (const resolve of this.#drained.splice(0)) resolve()
        else this.#fill()
      })
    }
  }

  /** One page of a partition; never rejects. */
  async #work(cursor: Cursor): Promise<void> {
    try {
      for (const record of this.#deps.page(cursor.partition, cursor.next)) {
        if (this.#stopped) return
        if (!(await this.#handle(cursor, record))) return
      }
    } catch {
      // The log itself could not be read or the record not parked: the same place is tried again.
      cursor.tries += 1
      this.#wait(cursor, Math.min(30_000, 50 * 2 ** Math.min(cursor.tries, 10)))
      return
    }
    cursor.state = 'idle'
    if (cursor.next < this.#deps.head(cursor.partition)) this.#enqueue(cursor)
  }

  /** @returns false when the partition has to wait at this record */
  async #handle(cursor: Cursor, record: BusRecord): Promise<boolean> {
    const delayMs = await this.#handleOrPark(record, cursor.tries + 1)
    if (delayMs !== undefined) {
      cursor.tries += 1
      this.#wait(cursor, delayMs)
      return false
    }
    cursor.tries = 0
    cursor.next = record.offset + 1
    this.#deps.commit(cursor.partition, cursor.next)
    return true
  }

  #wait(cursor: Cursor, delayMs: number): void {
    cursor.state = 'waiting'
    if (this.#stopped) return
    cursor.cancelWait = this.#deps.scheduler.after(delayMs, () => {
      cursor.cancelWait = undefined
      this.#enqueue(cursor)
      this.#fill()
    })
  }
}
