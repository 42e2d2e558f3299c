import type { AnnotatedRecording } from '../../../../core/inference-module.ts'
import { annotatedQrsMs } from './score.ts'

/** QRS beyond this is wide, ms. */
const WIDE_MS = 120

/** Whether the name of a rhythm means atrial fibrillation: 'Atrial fibrillation' of LUDB, 'AFIB' of MIT-BIH. */
export const isFibrillation = (rhythm: string | undefined): boolean =>
  rhythm !== undefined && /atrial fibrillation|^AFIB$/i.test(rhythm)

/** The subgroups that a recording counts in, as 'key=value' (specs README section L; specs 01 section 7). */
export function groupsOf(recording: AnnotatedRecording): string[] {
  const { groups, beats } = recording
  const { rhythm } = groups
  const qrs = annotatedQrsMs(recording)
  const named: Record<string, string | undefined> = {
    sex: groups['sex'],
    age: groups['ageBand'],
    rhythm: rhythm === undefined ? undefined : rhythmClass(rhythm),
    qrs: qrs === undefined ? undefined : qrs > WIDE_MS ? '>120ms' : '<=120ms',
    paced: beats?.some(({ symbol }) => symbol === '/') || groups['pacing'] ? 'yes' : undefined
  }
  return Object.entries(named).flatMap(([key, value]) => (value === undefined ? [] : `${key}=${value}`))
}

/** The rhythm in one of four classes: sets name dozens of rhythms, and most of them once. */
function rhythmClass(rhythm: string): string {
  if (isFibrillation(rhythm)) return 'atrial fibrillation'
  if (/flutter/i.test(rhythm)) return 'atrial flutter'
  return /sinus/i.test(rhythm) ? 'sinus' : 'other'
}
