import { seededRandom } from '../../support/seeded-random.ts'

/** Choices of one fuzz case; the same (seed, case) makes the same input. */
export class Random {
  readonly #next: () => number

  constructor(seed: number, number: number) {
    this.#next = seededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35))
  }

  /** Whole number from 0 up to but not including `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }

  chance(probability: number): boolean {
    return this.#next() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  bytes(length: number): Buffer {
    return Buffer.from(Uint8Array.from({ length }, () => this.below(256)))
  }

  /** 1 mostly, now and then many: most defects need one change, some need a pile. */
  count(most: number): number {
    return this.chance(0.6) ? 1 : 1 + this.below(most)
  }
}
