import { MISSING } from '../../ecg/strip.ts'

/** The last samples of a lead: index modulo capacity. What was never written is missing. */
export class SampleRing {
  readonly #steps: Int16Array

  constructor(capacity: number) {
    this.#steps = new Int16Array(capacity).fill(MISSING)
  }

  /** @param values sample number `index` and those after it, at most as many as the ring holds */
  write(index: number, values: Int16Array): void {
    const at = index % this.#steps.length
    const first = Math.min(values.length, this.#steps.length - at)
    this.#steps.set(values.subarray(0, first), at)
    if (first < values.length) this.#steps.set(values.subarray(first), 0)
  }

  /** Samples [from, to) are not there. */
  miss(from: number, to: number): void {
    const capacity = this.#steps.length
    if (to - from >= capacity) this.#steps.fill(MISSING)
    else for (let i = from; i < to; i++) this.#steps[i % capacity] = MISSING
  }

  steps(from: number, to: number): Int16Array {
    const steps = new Int16Array(to - from)
    for (let i = from; i < to; i++) steps[i - from] = this.#steps[i % this.#steps.length]!
    return steps
  }

  /** @param into filled with mV, NaN where missing; its first to - from values */
  millivolts(from: number, to: number, { scaleUv, into }: { scaleUv: number; into: Float64Array }): Float64Array {
    const capacity = this.#steps.length
    for (let i = from; i < to; i++) {
      const step = this.#steps[i % capacity]!
      into[i - from] = step === MISSING ? Number.NaN : (step * scaleUv) / 1000
    }
    return into.subarray(0, to - from)
  }
}
