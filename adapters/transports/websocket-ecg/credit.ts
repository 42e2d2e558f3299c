/**
 * How many values a client may send: never more than a window, refilled at so many times the rate of the signal. A client
 * that uploads what it has kept is served faster than the clock and still cannot take the server for itself.
 */
export class Credit {
  #left: number
  #at: number
  readonly #window: number
  readonly #perMs: number

  constructor({ window, perSecond, atMs }: { window: number; perSecond: number; atMs: number }) {
    this.#left = window
    this.#window = window
    this.#perMs = perSecond / 1000
    this.#at = atMs
  }

  refill(atMs: number): void {
    this.#left = Math.min(this.#window, this.#left + Math.max(0, atMs - this.#at) * this.#perMs)
    this.#at = atMs
  }

  /** Time passes and nothing is given: what was handed over has not been taken yet. */
  hold(atMs: number): void {
    this.#at = atMs
  }

  use(values: number): void {
    this.#left -= values
  }

  get left(): number {
    return Math.floor(this.#left)
  }

  /** Values sent twice are used up as well: one that goes on with it is beyond all bounds. */
  get isOverdrawn(): boolean {
    return this.#left < -this.#window
  }
}
