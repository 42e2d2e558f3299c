import { AppError } from '../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../core/time.ts'
import { tracingFirst, type Waveform } from '../../core/waveform.ts'
import type { DataSet } from '../data-set.ts'
import { readMultiplexGroup } from './group.ts'

/** A waveform object holds at most a handful of groups (12-lead ECG: 5, PS3.3 A.34.3.4.5); far more is an attack. */
const MAX_GROUPS = 64

/**
 * All multiplex groups of a waveform object, the tracing first: the longest group of kind 'rhythm', of equally long ones that
 * with more leads, then the one that comes first. The others follow in their order.
 * Samples are millivolts, Float64Array per lead, NaN inside gaps.
 * @throws AppError DICOM_ATTRIBUTE_MISSING, DICOM_ATTRIBUTE_VALUE, WAVEFORM_INCONSISTENT, LEAD_UNKNOWN, UNIT_UNKNOWN
 */
export function readWaveforms(dataSet: DataSet, acquiredAt: ClinicalTime): Waveform[] {
  const groups = dataSet.items(0x54000100)
  if (groups.length === 0) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at: '(5400,0100)' })
  if (groups.length > MAX_GROUPS) throw new AppError('DICOM_LIMIT', { at: '(5400,0100)', reason: 'groups' })
  const waveforms = groups.map((group, i) => ({
    ...readMultiplexGroup(group, `(5400,0100)[${i + 1}]`),
    startedAt: startOf(group, acquiredAt)
  }))
  return tracingFirst(waveforms)
}

/** Acquisition time plus (0018,1068) Multiplex Group Time Offset, ms. */
function startOf(group: DataSet, acquiredAt: ClinicalTime): ClinicalTime {
  const offsetMs = group.number(0x00181068) ?? 0
  if (offsetMs === 0 || !acquiredAt.instant) return acquiredAt
  return { ...acquiredAt, instant: new Date(Date.parse(acquiredAt.instant) + offsetMs).toISOString() }
}
