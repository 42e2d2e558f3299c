/** How the samples of a waveform are cut into data records. */
export interface RecordPlan {
  samplesPerRecord: number
  records: number
  /** Seconds of a record, 8 characters. */
  duration: string
}

/** EDF section 2 recommends that a data record be no longer. */
const MAX_RECORD_BYTES = 61_440
/** Room that annotations take in each record, at the usual. */
const ANNOTATION_BYTES = 2048
const FIELD = 8

/**
 * Records of one second where they come out whole, else the longest that do, else records of a round number of samples, the last
 * of which is filled. The rate stands in a record's duration alone, so the duration must be exact in 8 characters.
 */
export function planRecords(samples: number, rateHz: number, leads: number): RecordPlan {
  const most = Math.max(1, Math.floor((MAX_RECORD_BYTES - ANNOTATION_BYTES) / 2 / leads))
  const whole = divisors(samples).filter((count) => count <= most)
  const round = [Math.round(rateHz), 1000, 500, 250, 200, 100]
  const candidates = [
    ...whole.filter((count) => count === rateHz),
    ...whole.filter((count) => count * 4 >= Math.min(rateHz, samples)),
    ...round.filter((count) => count >= 1 && count <= most),
    ...whole
  ]
  const count = candidates.find((one) => durationOf(one, rateHz) !== undefined) ?? Math.min(samples, most)
  const duration = durationOf(count, rateHz) ?? String(count / rateHz).slice(0, FIELD)
  return { samplesPerRecord: count, records: Math.ceil(samples / count), duration }
}

/** Largest first. */
function divisors(number: number): number[] {
  const found = new Set<number>()
  for (let one = 1; one * one <= number; one++) {
    if (number % one === 0) found.add(one).add(number / one)
  }
  return [...found].sort((a, b) => b - a)
}

/** 1e-9: a day's samples keep their places to a tenth of a millisecond. */
const EXACT = 1e-9

function durationOf(samples: number, rateHz: number): string | undefined {
  const seconds = samples / rateHz
  const text = String(Number(seconds.toPrecision(12)))
  const isExact = Math.abs(Number(text) - seconds) <= EXACT * seconds
  return isExact && text.length <= FIELD && !text.includes('e') ? text : undefined
}
