import { median } from '../../signal/delineate/median.ts'
import type { ClassedBeat } from '../../signal/delineation.ts'
import type { LeadWaves } from './waves.ts'

/** Specs 02 section 2: more ectopic beats than this are not scored. */
const MOST_ECTOPIC = 0.3
/** A beat of strange shape that comes so nearly when it is due is one with noise on it, and not ectopic. */
const ON_TIME = 0.1
/** A shape of so many beats is no noise on another. */
const SECOND_SHAPE = { share: 0.25, fewest: 3 }
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
  const strange = strangeBeats(beats)
  const due = median(beats.flatMap((beat) => (strange.has(beat) ? [] : (beat.rrMs ?? []))))
  const ectopic = [...strange].filter(({ rrMs }) => rrMs === undefined || Math.abs(rrMs - due) > ON_TIME * due)
  if (ectopic.length > MOST_ECTOPIC * beats.length || hasVentricularRun(beats)) return true
  const rr = median(beats.flatMap(({ rrMs }) => rrMs ?? []))
  const qrs = qrsDurationMs(delineation)
  return rr <= WIDE_TACHYCARDIA.rrMs && qrs >= WIDE_TACHYCARDIA.qrsMs && delineation.pWaves !== 'present'
}

/** Early, or of a second shape that many have: in bigeminy the ectopic beats may be the shape of most. */
function strangeBeats(beats: readonly ClassedBeat[]): Set<ClassedBeat> {
  const sizes = new Map<number, number>()
  for (const { template } of beats) sizes.set(template, (sizes.get(template) ?? 0) + 1)
  const isSecond = (template: number) =>
    template > 0 && sizes.get(template)! >= Math.max(SECOND_SHAPE.fewest, SECOND_SHAPE.share * beats.length)
  return new Set(
    beats.filter(
      ({ kind, template }) =>
        kind === 'ventricular-ectopic' || kind === 'supraventricular-ectopic' || isSecond(template)
    )
  )
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
