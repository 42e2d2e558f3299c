/** A piece of good signal without a gap: samples [from, to). */
export interface Cut {
  from: number
  to: number
  seconds: number
}

export interface CutterOptions {
  rateHz: number
  /** Rising; the last one ends the span. */
  stripSeconds: readonly number[]
  restSeconds: number
  /** Whether samples [from, to) can be read. */
  isGood(from: number, to: number): boolean
}

/**
 * Finds the strips of a live lead: 10 s and 30 s (as configured) of signal that can be read, without a gap, all beginning
 * where the span begins. A gap begins a new span behind it. A first strip that cannot be read moves the span on by a second;
 * a later one, or a second that cannot be read meanwhile, begins a new span. After the longest strip there is a rest.
 */
export function createStripCutter({ rateHz, stripSeconds, restSeconds, isGood }: CutterOptions) {
  const lengths = stripSeconds.map((seconds) => ({ seconds, samples: Math.round(seconds * rateHz) }))
  const second = Math.round(rateHz)
  let from = 0
  let done = 0

  const restart = (at: number): void => {
    from = Math.max(from, at)
    done = 0
  }

  return {
    restart,
    /** The signal of the last seconds cannot be read: what was begun is given up. */
    spoiled(next: number): void {
      if (done > 0) restart(next)
    },
    /** @param next samples below this number are there @returns what is whole now, mostly nothing */
    cut(next: number): Cut[] {
      const found: Cut[] = []
      for (;;) {
        const { seconds, samples } = lengths[done]!
        const to = from + samples
        if (next < to) return found
        if (isGood(from, to)) {
          found.push({ from, to, seconds })
          done++
          if (done === lengths.length) restart(to + Math.round(restSeconds * rateHz))
        } else if (done === 0) {
          from += second
        } else {
          restart(to)
        }
      }
    }
  }
}
