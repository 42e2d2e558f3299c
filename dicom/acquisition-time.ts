import type { DecodeNote } from '../core/decoded.ts'
import { AppError } from '../core/errors/app-error.ts'
import type { ClinicalTime } from '../core/time.ts'
import type { DataSet } from './data-set.ts'
import { parseDateAndTime, parseDateTime, type ZoneFacts } from './time.ts'

/** Offset (0008,0201) of the object and zone of the feed. */
export const zoneFacts = (dataSet: DataSet, zone: string): ZoneFacts => ({ offset: dataSet.text(0x00080201), zone })

/**
 * When the object was acquired: (0008,002A), else (0008,0022) with (0008,0032), else (0008,0023) with (0008,0033), which is
 * the start of the data by older carts and is noted as a leniency; undefined when none is there.
 */
export function readAcquisitionTime(dataSet: DataSet, facts: ZoneFacts, notes: DecodeNote[]): ClinicalTime | undefined {
  const dateTime = dataSet.text(0x0008002a)
  const time =
    (dateTime && parseDateTime(dateTime, facts, '(0008,002A)')) ||
    pair(dataSet, 0x00080022, 0x00080032, facts, '(0008,0022)') ||
    lenient(pair(dataSet, 0x00080023, 0x00080033, facts, '(0008,0023)'), notes)
  if (time?.ambiguous) notes.push({ code: 'time-ambiguous', at: '(0008,002A)' })
  return time
}

/** @throws AppError TIME_UNUSABLE when there is no time or only a date */
export function requireInstant(time: ClinicalTime | undefined): ClinicalTime {
  if (!time?.instant) throw new AppError('TIME_UNUSABLE', { at: '(0008,002A)', reason: time ? 'date-only' : 'absent' })
  return time
}

function pair(
  dataSet: DataSet,
  dateTag: number,
  timeTag: number,
  facts: ZoneFacts,
  at: string
): ClinicalTime | undefined {
  const date = dataSet.text(dateTag)
  return date === undefined ? undefined : parseDateAndTime(date, dataSet.text(timeTag), facts, at)
}

function lenient(time: ClinicalTime | undefined, notes: DecodeNote[]): ClinicalTime | undefined {
  if (time) notes.push({ code: 'leniency', at: '(0008,002A)' })
  return time
}
