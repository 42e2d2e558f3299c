import type { BusRecord } from '../../core/event-bus.ts'
import type { Logger } from '../../core/log.ts'
import { Cursor } from './cursor.ts'
import type { Fetched, GroupEvents, GroupSource, PartitionOf, Position } from './group-source.ts'

/** How long a finished offset may wait to be committed: what a crash in between repeats. */
const COMMIT_AFTER_MS = 100
const POSITION_AGAIN_MS = 500
/** Pause after a `handle` that threw, which it should not. */
const HANDLE_AGAIN_MS = 1000
const LAST_COMMITS = 3
const LAST_COMMITS_MS = 5_000
/** Records of one partition before another gets its turn. */
const TURN = 32
/** Above the first mark a partition is not fetched any more, below the second it is again. */
const HIGH = { records: 256, bytes: 512 * 1024 }
const LOW = { records: 32, bytes: 64 * 1024 }

export interface GroupConsumerDeps {
  source: GroupSource
  /**
   * Does the work of one record. Resolves with undefined when the record is done with, or with the milliseconds after
   * which it shall be tried again. `tries` counts from 1.
   */
  handle(record: BusRecord, tries: number): Promise<number | undefined>
  /** Partitions handled side by side. */
  concurrency: number
  /** Where a group without a committed offset begins; undefined: at the oldest record. */
  startAt?(position: Position): number | undefined
  /** Waiting, passed in so that tests can move time; returns the way to call it off. */
  after(ms: number, run: () => void): () => void
  log: Logger
}

/**
 * The work of one member of a consumer group: records of a partition one after the other, `concurrency` partitions side
 * by side; a partition that waits for its next try holds up no other. It trusts nothing that a rebalance can have
 * changed: records count only when they continue what was asked for, and an offset is committed only after the handler
 * and only while its partition is held.
 */
export class GroupConsumer implements GroupEvents {
  readonly #deps: GroupConsumerDeps
  readonly #cursors = new Map<string, Cursor>()
  readonly #ready: Cursor[] = []
  #active = 0
  #revoking = false
  #stopped = false
  #drained: (() => void)[] = []
  #cancelCommit: (() => void) | undefined
  #committing: Promise<void> | undefined

  constructor(deps: GroupConsumerDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#deps.source.start(this)
  }

  /** Ends after the handlers in flight; what they finished is committed. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const cursor of this.#cursors.values()) cursor.cancelWait()
    if (this.#active > 0) await new Promise<void>((resolve) => this.#drained.push(resolve))
    this.#cancelCommit?.()
    await this.#commitLast()
    await this.#deps.source.stop()
  }

  assigned(partitions: PartitionOf[], kept: boolean): void {
    this.#revoking = false
    const keys = new Set(partitions.map(keyOf))
    for (const [key, cursor] of this.#cursors) {
      if (keys.has(key) && kept) continue
      cursor.lose()
      if (cursor.state !== 'busy') this.#cursors.delete(key)
    }
    const fresh: Cursor[] = []
    for (const partition of partitions) {
      const cursor = this.#cursors.get(keyOf(partition)) ?? new Cursor(partition)
      this.#cursors.set(keyOf(partition), cursor)
      // A member that joined again is placed at what was committed; this one knows better what it has already.
      if (cursor.held && cursor.expected !== undefined) this.#deps.source.seek(partition, cursor.expected)
      else {
        fresh.push(cursor)
        // kafkajs keeps a pause over a rebalance, the partition's stay elsewhere included.
        this.#deps.source.resume(partition)
      }
      cursor.held = true
      this.#enqueue(cursor)
    }
    if (fresh.length > 0) void this.#position(fresh)
    this.#commitSoon()
    this.#fill()
  }

  fetched({ topic, partition, from, records, next }: Fetched): boolean {
    const cursor = this.#cursors.get(keyOf({ topic, partition }))
    if (!cursor?.held || cursor.expected === undefined || this.#stopped) return false
    if (from !== cursor.expected && !cursor.mayFollow(from)) {
      if (cursor.positioned) void this.#position([cursor])
      return false
    }
    cursor.add(records, next)
    if (!cursor.paused && cursor.exceeds(HIGH)) {
      cursor.paused = true
      this.#deps.source.pause(cursor)
    }
    this.#enqueue(cursor)
    this.#fill()
    return true
  }

  passedOver(partition: PartitionOf, next: number): void {
    const cursor = this.#cursors.get(keyOf(partition))
    if (cursor?.held) cursor.passOver(next)
  }

  revoking(): void {
    this.#revoking = true
    void this.#commit()
  }

  /** Finds out where to go on, and asks for it. */
  async #position(cursors: Cursor[]): Promise<void> {
    const tenures = new Map(cursors.map((cursor) => [cursor, cursor.beginPositioning()]))
    const current = (): Cursor[] =>
      cursors.filter((cursor) => cursor.held && cursor.tenure === tenures.get(cursor) && !this.#stopped)
    try {
      const positions = await this.#deps.source.positions(cursors)
      for (const cursor of current()) {
        const position = positions.find((one) => keyOf(one) === keyOf(cursor))
        if (!position) throw new Error('no position')
        const from = cursor.place(position, this.#deps.startAt?.(position))
        if (cursor.jumped !== undefined)
          this.#deps.log.warn(
            { topic: cursor.topic, partition: cursor.partition, offset: from, reason: cursor.jumped },
            'offset is not in the log any more'
          )
        this.#deps.source.seek(cursor, from)
      }
      this.#commitSoon()
    } catch {
      this.#deps.after(POSITION_AGAIN_MS, () => {
        const again = current()
        if (again.length > 0) void this.#position(again)
      })
    }
  }

  #enqueue(cursor: Cursor): void {
    if (cursor.state !== 'idle' || cursor.isEmpty) return
    cursor.state = 'ready'
    this.#ready.push(cursor)
  }

  #fill(): void {
    while (!this.#stopped && !this.#revoking && this.#active < this.#deps.concurrency && this.#ready.length > 0) {
      const cursor = this.#ready.shift()!
      if (!cursor.held) {
        cursor.state = 'idle'
        continue
      }
      cursor.state = 'busy'
      this.#active += 1
      void this.#work(cursor).then(() => {
        this.#active -= 1
        if (!cursor.held && cursor.state !== 'busy' && this.#cursors.get(keyOf(cursor)) === cursor)
          this.#cursors.delete(keyOf(cursor))
        if (this.#stopped && this.#active === 0) for (const resolve of this.#drained.splice(0)) resolve()
        else this.#fill()
      })
    }
  }

  /** One turn of a partition; never rejects. */
  async #work(cursor: Cursor): Promise<void> {
    for (let n = 0; n < TURN && cursor.held && !this.#stopped && !this.#revoking; n++) {
      const record = cursor.head()
      if (!record) break
      const { tenure } = cursor
      const delayMs = await this.#deps.handle(record, cursor.tries + 1).catch(() => HANDLE_AGAIN_MS)
      // Taken away meanwhile, perhaps given back: the member that has it does the record again, and its effect is one.
      if (cursor.tenure !== tenure) break
      if (delayMs !== undefined) {
        cursor.tries += 1
        if (!this.#stopped) return this.#wait(cursor, delayMs)
        break
      }
      cursor.pass(record)
      if (cursor.paused && !cursor.exceeds(LOW)) {
        cursor.paused = false
        this.#deps.source.resume(cursor)
      }
      this.#commitSoon()
    }
    cursor.state = 'idle'
    if (cursor.held) this.#enqueue(cursor)
  }

  #wait(cursor: Cursor, delayMs: number): void {
    cursor.wait(
      this.#deps.after(delayMs, () => {
        cursor.state = 'idle'
        this.#enqueue(cursor)
        this.#fill()
      })
    )
  }

  #commitSoon(): void {
    if (this.#stopped) return
    if (this.#revoking) void this.#commit()
    else this.#commitLater()
  }

  /**
   * Also while partitions are being taken away a commit that failed is tried again after a pause: a member that is joining
   * refuses at once, and to ask at once again would leave the process no turn for anything else, for good.
   */
  #commitLater(): void {
    if (this.#stopped) return
    this.#cancelCommit ??= this.#deps.after(COMMIT_AFTER_MS, () => {
      this.#cancelCommit = undefined
      void this.#commit()
    })
  }

  /** A commit that fails now costs a repetition at the next start, so brokers that are away do not hold up the end. */
  async #commitLast(): Promise<void> {
    const attempts = async (): Promise<void> => {
      await this.#committing
      for (let n = 0; n < LAST_COMMITS; n++) await this.#commit()
    }
    let cancel = (): void => undefined
    const enough = new Promise<void>((resolve) => {
      cancel = this.#deps.after(LAST_COMMITS_MS, resolve)
    })
    await Promise.race([attempts(), enough])
    cancel()
  }

  /** One attempt; what it could not commit stays to be committed with the next one. Never rejects. */
  async #commit(): Promise<void> {
    const due = [...this.#cursors.values()].filter((cursor) => cursor.held && cursor.isDue)
    if (due.length === 0) return
    const offsets = due.map((cursor) => ({ topic: cursor.topic, partition: cursor.partition, offset: cursor.next! }))
    const tenures = due.map(({ tenure }) => tenure)
    const attempt = this.#deps.source.commit(offsets).then(
      () =>
        due.forEach((cursor, i) => {
          if (cursor.tenure === tenures[i]) cursor.committed = offsets[i]!.offset
        }),
      () => this.#commitLater()
    )
    this.#committing = attempt
    await attempt
  }
}

const keyOf = ({ topic, partition }: PartitionOf): string => `${topic}\n${partition}`
