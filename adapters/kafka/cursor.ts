import type { BusRecord } from '../../core/event-bus.ts'
import type { PartitionOf, Position } from './group-source.ts'

/** One partition on its way through a consumer: what is wanted next, what waits, what is done with. */
export class Cursor implements PartitionOf {
  readonly topic: string
  readonly partition: number
  held = false
  /** Rises whenever what was known of the partition stops to hold. */
  tenure = 0
  state: 'idle' | 'ready' | 'busy' | 'waiting' = 'idle'
  paused = false
  /** Failed tries of the record at the head. */
  tries = 0
  /** Offset that the next records must begin with; undefined: the place is not known yet. */
  expected: number | undefined
  /** Next offset to be done with, and as it was last committed. */
  next: number | undefined
  committed: number | undefined
  /** Why the last placing did not go on where the group was. */
  jumped: 'retention-passed' | 'log-began-anew' | undefined
  positioned = false
  #passedOver = new Set<number>()
  #confirmed: number | undefined
  #queue: BusRecord[] = []
  #bytes = 0
  #cancelWait: (() => void) | undefined

  constructor({ topic, partition }: PartitionOf) {
    this.topic = topic
    this.partition = partition
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  get isDue(): boolean {
    return this.next !== undefined && this.next !== this.committed
  }

  exceeds({ records, bytes }: { records: number; bytes: number }): boolean {
    return this.#queue.length > records || this.#bytes > bytes
  }

  /** The partition goes to another member: nothing of it counts any more. A handler in flight ends by itself. */
  lose(): void {
    this.held = false
    this.tenure += 1
    this.tries = 0
    this.paused = false
    this.expected = this.next = this.committed = undefined
    this.positioned = false
    this.#forgetPassedOver()
    this.#clear()
    this.cancelWait()
    if (this.state === 'waiting') this.state = 'idle'
  }

  beginPositioning(): number {
    this.positioned = false
    return this.tenure
  }

  /**
   * Where to read on: behind what is here already, else where the group was, else at `start` (the oldest record when
   * undefined). An offset outside the log goes to the oldest record: rather twice than never.
   */
  place({ committed, first, end }: Position, start: number | undefined): number {
    this.positioned = true
    const wanted = this.expected ?? committed ?? start ?? first
    this.jumped = wanted < first ? 'retention-passed' : wanted > end ? 'log-began-anew' : undefined
    if (this.jumped === 'log-began-anew') {
      this.#clear()
      this.next = this.committed = undefined
    }
    const from = this.jumped ? first : wanted
    this.committed ??= committed
    this.next = this.jumped && this.isEmpty ? from : (this.next ?? from)
    this.expected = from
    return from
  }

  /** A reading ended at `next` without a record for a reader. */
  passOver(next: number): void {
    if (this.#passedOver.size > 1000) this.#forgetPassedOver()
    if (this.#passedOver.has(next)) this.#confirmed = next
    this.#passedOver.add(next)
  }

  /**
   * Whether records from `from` may follow although others were expected: two readings of the same place came to the same
   * end with nothing for a reader in between. One alone may have been asked for before a rebalance.
   */
  mayFollow(from: number): boolean {
    return this.expected !== undefined && from > this.expected && from === this.#confirmed
  }

  add(records: BusRecord[], next: number): void {
    for (const record of records) {
      if (record.offset < (this.next ?? 0)) continue
      this.#queue.push(record)
      this.#bytes += record.value.byteLength
    }
    this.expected = next
    this.#forgetPassedOver()
  }

  /** The record to be handled next; what was done with meanwhile is dropped. */
  head(): BusRecord | undefined {
    while (this.#queue.length > 0 && this.#queue[0]!.offset < (this.next ?? 0)) this.#drop()
    return this.#queue[0]
  }

  /** The record, begun in the present tenure, is done with. */
  pass(record: BusRecord): void {
    this.tries = 0
    this.next = record.offset + 1
    if (this.#queue[0] === record) this.#drop()
  }

  wait(cancel: () => void): void {
    this.state = 'waiting'
    this.#cancelWait = cancel
  }

  cancelWait(): void {
    this.#cancelWait?.()
    this.#cancelWait = undefined
  }

  #drop(): void {
    this.#bytes -= this.#queue.shift()!.value.byteLength
  }

  #forgetPassedOver(): void {
    this.#passedOver.clear()
    this.#confirmed = undefined
  }

  #clear(): void {
    this.#queue = []
    this.#bytes = 0
  }
}
