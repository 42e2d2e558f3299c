import type { Annotation } from './annotations.ts'

/**
 * EDF has no mark for a missing sample. Our writer names what is missing by an annotation 'no data' (for one signal
 * 'no data@@<label>', the form of EDF+ for annotations of one signal) with its onset and duration, and our reader heeds it.
 */
const NO_DATA = 'no data'

export const noDataText = (label?: string): string => (label === undefined ? NO_DATA : `${NO_DATA}@@${label}`)

export const isNoData = ({ text }: Annotation): boolean => text === NO_DATA || text.startsWith(`${NO_DATA}@@`)

/** Sample ranges [from, to) of the signal that such annotations name. Onsets count from the first sample. */
export const missingSpan = (
  annotations: readonly Annotation[],
  label: string,
  rateHz: number
): { from: number; to: number }[] =>
  annotations
    .filter(
      ({ text, seconds, onset }) =>
        seconds !== undefined && onset >= 0 && (text === NO_DATA || text === noDataText(label))
    )
    .map(({ onset, seconds }) => ({ from: Math.round(onset * rateHz), to: Math.round((onset + seconds!) * rateHz) }))
