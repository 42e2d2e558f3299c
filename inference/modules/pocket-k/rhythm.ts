import { median } from '../../signal/delineate/median.ts'
import type { ClassedBeat } from '../../signal/delineation.ts'
import type { LeadWaves } from './waves.ts'

/** Specs 02 section 2: more ectopic beats than this are not scored. */
const MOST_ECTOPIC = 0.3
/** A beat of strange shape that comes so nearly when it is due is one with noise on it, and not ectopic. */
const ON_TIME = 0.1
/** So many ventricular beats in a row, no further apart, are a run of ventricular tachycardia (from 100 a minute). */
const RUN = { beats: 3, rrMs: 600 }
/** A tachycardia of wide complexes without P before them: its beats are all alike, so that none of them is an outlier. */
const WIDE_TACHYCARDIA = { rrMs: 500, qrsMs: 140 }

/**
 * Is the rhythm one that the screen was not made for: ventricular tachycardia, or more than 30 % ectopic beats?
 *
 * What one lead cannot show is not looked for: a wide tachycardia may be conducted with a block. A sine wave of severe
 * hyperkalaemia can look the same, and is refused with it: such a patient needs a doctor and no screen.
 */
export function isRhythmUnsuitable({ beats, delineation }: LeadWaves): boolean {
  if (beats.length === 0) return false
  const rr = median(beats.flatMap(({ rrMs }) => rrMs ?? []))
  const ectopic = beats.filter(
    ({ kind, rrMs }) =>
      (kind === 'ventricular-ectopic' || kind === 'supraventricular-ectopic') &&
      !(rrMs !== undefined && Math.abs(rrMs - rr) <= ON_TIME * rr)
  )
  if (ectopic.length > MOST_ECTOPIC * beats.length || hasVentricularRun(beats)) return true
  const qrs = qrsDurationMs(delineation)
  return rr <= WIDE_TACHYCARDIA.rrMs && qrs >= WIDE_TACHYCARDIA.qrsMs && delineation.pWaves !== 'present'
}

/** Median QRS duration in Lead I, ms; NaN where no beat shows both edges. */
export function qrsDurationMs({ leads, rateHz }: LeadWaves['delineation']): number {
  const durations = (leads[0] ?? []).flatMap(({ qrs }) =>
    qrs?.onset === undefined || qrs.offset === undefined ? [] : [((qrs.offset - qrs.onset) * 1000) / rateHz]
  )
  return median(durations)
}

function hasVentricularRun(beats: readonly ClassedBeat[]): boolean {
  let run = 0
  for (const { kind, rrMs = Number.POSITIVE_INFINITY } of beats) {
    if (kind !== 'ventricular-ectopic') run = 0
    // The first of a run may come after any interval.
    else run = run > 0 && rrMs > RUN.rrMs ? 1 : run + 1
    if (run >= RUN.beats) return true
  }
  return false
}
