/** The clock of a device is believed to run no slower than this against ours (a quartz is ten times better). */
const MAX_DRIFT = 0.000_2

/**
 * When a sample was taken. By the device's own start where it gave one; else by when samples came: the least delay seen
 * so far is the truest, so what is late (sent again after a cut) does not move the clock, and it gives way slowly for a
 * device whose quartz is slow.
 */
export class SampleClock {
  readonly #rateHz: number
  readonly #startMs: number | undefined
  #anchorMs: number | undefined
  #seenMs = 0

  constructor(rateHz: number, startedAt?: string) {
    this.#rateHz = rateHz
    this.#startMs = startedAt === undefined ? undefined : Date.parse(startedAt)
  }

  /** Samples below `next` have arrived. */
  arrived(next: number, nowMs: number): void {
    const anchor = nowMs - (next / this.#rateHz) * 1000
    const allowed =
      this.#anchorMs === undefined ? anchor : this.#anchorMs + Math.max(0, nowMs - this.#seenMs) * MAX_DRIFT
    this.#anchorMs = Math.min(anchor, allowed)
    this.#seenMs = nowMs
  }

  /** ISO 8601 with milliseconds. */
  timeOf(index: number): string {
    const start = this.#startMs ?? this.#anchorMs ?? this.#seenMs
    return new Date(start + (index / this.#rateHz) * 1000).toISOString()
  }
}
