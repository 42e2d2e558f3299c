import type { Gap } from './protocol.ts'

/** Gaps that are told of one second of signal; more are told as one that spans them. */
const MAX_TOLD = 8

/** Gathers what is missing until it is told, so that a lead that flickers does not make a message of every sample. */
export class GapLog {
  #gaps: Gap[] = []

  /** @returns whether it is another gap than the one before went on */
  add(gap: Gap): boolean {
    const last = this.#gaps.at(-1)
    if (last && last.cause === gap.cause && last.to === gap.from) {
      last.to = gap.to
      return false
    }
    if (last && this.#gaps.length >= MAX_TOLD) last.to = gap.to
    else this.#gaps.push({ ...gap })
    return true
  }

  take(): Gap[] {
    const gaps = this.#gaps
    this.#gaps = []
    return gaps
  }
}
