import { formatDtm } from '../../../hl7v2/time.ts'

/** TS literal in UTC, to the millisecond: '20261122091000.250+0000'. */
export const timeText = (date: Date): string => formatDtm(date, 'UTC', 'fraction')
