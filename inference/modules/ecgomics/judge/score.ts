import type { AnnotatedRecording } from '../../../../core/inference-module.ts'
import type { BeatWaves } from '../../../signal/delineation.ts'
import { add, beatCounts, type Counts, spanOf, waveCounts } from './counts.ts'
import { type Intervals, intervalsOf, intervalsOfGlobal, type LeadMark } from './marks.ts'
import type { Scored } from './metrics.ts'

/** What is judged: marks and beats of one recording, from whichever program; sample numbers of the recording. */
export interface Found {
  marks: LeadMark[]
  /** The program's own global marks; absent: they are drawn from `marks` by the same rule as people's. */
  global?: readonly BeatWaves[]
  /** Beats over the whole recording, where they are judged. */
  beats?: readonly number[]
  /** In atrial fibrillation: beats looked at, and those before which a P was marked. */
  fibrillation?: { beats: number; withP: number }
}

/** Spans in which beats are not judged: no beat can be told there (EC57 section 4.3.1: ventricular flutter is excluded). */
const EXCLUDED = new Set(['ventricular-flutter'])

/** One recording against its annotations: waves lead by lead, intervals, beats; whatever the recording has. */
export function scoreRecording(recording: AnnotatedRecording, { marks, global, beats, fibrillation }: Found): Scored {
  const { waveform, marks: reference, beats: annotated, rhythms = [] } = recording
  const { rateHz } = waveform
  const leads = waveform.leads.length
  const counts: Counts = reference ? waveCounts(reference, marks, { rateHz, leads }) : {}
  if (annotated && beats) {
    const excluded = rhythms.filter(({ name }) => EXCLUDED.has(name))
    const truth = annotated.map(({ at }) => at)
    for (const [key, value] of Object.entries(beatCounts(truth, beats, { rateHz, excluded }))) add(counts, key, value)
  }
  if (fibrillation) {
    add(counts, 'af.beats', fibrillation.beats)
    add(counts, 'af.p', fibrillation.withP)
  }
  return {
    recordId: recording.recordId,
    patientId: recording.patientId,
    counts,
    differences: reference ? intervalDifferences(reference, { marks, global }, { rateHz, leads }) : {}
  }
}

function intervalDifferences(
  reference: readonly LeadMark[],
  { marks, global }: Pick<Found, 'marks' | 'global'>,
  { rateHz, leads }: { rateHz: number; leads: number }
): Intervals {
  const span = spanOf(reference)
  if (!span) return {}
  const truth = intervalsOf(reference, { rateHz, leads })
  const ours = global ? intervalsOfGlobal(global, { rateHz, span }) : intervalsOf(marks, { rateHz, leads, span })
  const difference = (name: keyof Intervals): Intervals => {
    const [a, b] = [truth[name], ours[name]]
    return a === undefined || b === undefined ? {} : { [name]: b - a }
  }
  return { ...difference('pr'), ...difference('qrsDuration'), ...difference('qt') }
}

/** QRS duration that people's marks give, ms: what decides whether a recording counts as wide. */
export const annotatedQrsMs = ({ marks, waveform }: AnnotatedRecording): number | undefined =>
  marks && intervalsOf(marks, { rateHz: waveform.rateHz, leads: waveform.leads.length }).qrsDuration
