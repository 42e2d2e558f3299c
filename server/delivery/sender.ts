import type { Destination, Sent } from '../../core/destination.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import { failpoint } from '../../core/failpoint.ts'
import type { Logger } from '../../core/log.ts'
import type { RecordReader } from '../../core/record.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

export interface SenderDeps {
  outbox: Outbox
  reader(): RecordReader
  log: Logger
  /** Calls back after a delay; returns the way to cancel. Injected, so that a day of outage is a test of milliseconds. */
  later(ms: number, work: () => void): () => void
  /** False while the site's outbound switch is off. */
  outbound(): boolean
  onOutcome?(item: OutboxItem, sent: Sent): Promise<void>
}

const BATCH = 50
/** Outcomes on their way to the disk while the next item is sent; a crash sends these again under the same ids. */
const MAX_SETTLING = 16
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 15 * 60_000

/** 0.5 s, 1 s, 2 s ... capped at 15 minutes: tried again without end (hardening A1-1). */
export const backOffMs = (failures: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, failures - 1), LONGEST_WAIT_MS)

/**
 * Empties one destination's queue in order. A retriable failure holds this queue (and no other) until the peer is back;
 * a refusal parks that item and goes on.
 */
export class Sender {
  readonly #destination: Destination
  readonly #deps: SenderDeps
  #failures = 0
  #running: Promise<void> | undefined
  #again = false
  #stopped = false
  #cancelWait: (() => void) | undefined

  constructor(destination: Destination, deps: SenderDeps) {
    this.#destination = destination
    this.#deps = deps
  }

  /** There may be something to send. While a back-off runs this does nothing, unless `now`. */
  wake({ now = false } = {}): void {
    if (this.#stopped || (this.#cancelWait && !now)) return
    this.#cancelWait?.()
    this.#cancelWait = undefined
    if (this.#running) {
      this.#again = true
      return
    }
    this.#running = this.#drain().finally(() => {
      this.#running = undefined
      if (this.#again) {
        this.#again = false
        this.wake()
      }
    })
  }

  get failures(): number {
    return this.#failures
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancelWait?.()
    await this.#running
    await this.#destination.stop?.()
  }

  async #drain(): Promise<void> {
    while (!this.#stopped && this.#deps.outbound()) {
      let items: OutboxItem[]
      try {
        items = await this.#deps.outbox.waiting(this.#destination.name, BATCH)
      } catch (error) {
        this.#wait(asAppError(error, 'STORE_UNAVAILABLE').code)
        return
      }
      if (items.length === 0 || !(await this.#deliverAll(items))) return
    }
  }

  /**
   * Sends in order, one after the other; what became of an item is written while the next one is sent, and all of it
   * before the queue is read again, so that nothing settled is sent twice.
   * @returns whether to go on
   */
  async #deliverAll(items: OutboxItem[]): Promise<boolean> {
    const settling = new Set<Promise<boolean>>()
    let goOn = true
    for (const item of items) {
      // A switch that was turned off holds for the next item, not for the next batch.
      if (this.#stopped || !goOn || !this.#deps.outbound()) break
      if (settling.size >= MAX_SETTLING) await Promise.race(settling)
      const sent = await this.#attempt(item)
      failpoint('outbox.sent')
      const settled = this.#settle(item, sent).then((ok) => {
        settling.delete(settled)
        goOn &&= ok
        return ok
      })
      settling.add(settled)
      // Order holds: behind an item that has to wait nothing is sent.
      if (sent.kind === 'retry') goOn = false
    }
    await Promise.all(settling)
    return goOn && !this.#stopped
  }

  /** @returns whether to go on with the next item */
  async #settle(item: OutboxItem, sent: Sent): Promise<boolean> {
    const { outbox, log } = this.#deps
    const destination = this.#destination.name
    const envelopeId = item.event?.cause.envelopeId
    try {
      // The note first: a crash between the two sends the item again under the same id, and the note is made once.
      await this.#note(item, sent)
      failpoint('outbox.noted')
      if (sent.kind === 'delivered') {
        await outbox.delivered(item)
        failpoint('outbox.settled')
        this.#failures = 0
        log.debug({ destination, envelopeId }, 'item delivered')
      } else if (sent.kind === 'refused') {
        await outbox.parked(item, sent.code)
        log.warn({ destination, envelopeId, code: sent.code }, 'destination refused an item; parked')
      } else {
        await outbox.failed(item, sent.code)
        this.#wait(sent.code, sent.afterMs)
      }
    } catch (error) {
      this.#wait(asAppError(error, 'STORE_UNAVAILABLE').code)
      return false
    }
    return sent.kind !== 'retry'
  }

  /** A note that can never be written must not make the item go out again and again. */
  async #note(item: OutboxItem, sent: Sent): Promise<void> {
    try {
      await this.#deps.onOutcome?.(item, sent)
    } catch (cause) {
      const error = asAppError(cause)
      if (error.row.retry === 'later') throw error
      this.#deps.log.error(
        { destination: this.#destination.name, code: error.code },
        'the note of a delivery was refused'
      )
    }
  }

  async #attempt(item: OutboxItem): Promise<Sent> {
    try {
      const payload =
        item.payload ?? (item.event ? await this.#destination.build(item.event, this.#deps.reader()) : undefined)
      return payload ? await this.#destination.send(payload) : { kind: 'delivered' }
    } catch (cause) {
      const error = asAppError(cause)
      return error.row.retry === 'later' ? { kind: 'retry', code: error.code } : { kind: 'refused', code: error.code }
    }
  }

  /** @param atLeastMs what the peer asked for; never longer than the longest wait of ours */
  #wait(code: string, atLeastMs = 0): void {
    this.#failures++
    const ms = Math.max(backOffMs(this.#failures), Math.min(atLeastMs, LONGEST_WAIT_MS))
    this.#deps.log.warn(
      { destination: this.#destination.name, code, tries: this.#failures, ms },
      'delivery failed; will be tried again'
    )
    this.#cancelWait = this.#deps.later(ms, () => {
      this.#cancelWait = undefined
      this.wake()
    })
  }
}
