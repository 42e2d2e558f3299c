import { AppError } from '../../core/errors/app-error.ts'
import type { Frame } from '../../core/series.ts'
import type { DataSet } from '../data-set.ts'
import { SOP_CLASS } from '../uids.ts'
import { normalOf, type Orientation, projection, type Vector } from './geometry.ts'

/** A longer cine than any scanner makes: 30 slices x 100 phases fit three times over. */
const MAX_FRAMES = 10_000

/** A frame as its object describes it; which blob holds it is the assembly's knowledge. */
export type DescribedFrame = Omit<Frame, 'sha256'>

/** Macro sequences of the functional groups (PS3.3 C.7.6.16.2). */
const PLANE_POSITION = 0x00209113
const PLANE_ORIENTATION = 0x00209116
const PIXEL_MEASURES = 0x00289110
const CARDIAC_SYNCHRONIZATION = 0x00189118

/**
 * The frames of an MR object: one of a classic image (trigger time (0018,1060)), all of an Enhanced MR image (nominal cardiac
 * trigger delay time (0020,9153); per-frame groups over shared ones). sliceLocation is the distance of the position along the
 * normal, mm; without position and orientation (0020,1041) stands for it.
 * @throws AppError DICOM_SOP_CLASS, DICOM_ATTRIBUTE_MISSING, DICOM_ATTRIBUTE_VALUE, DICOM_LIMIT
 */
export function readFrames(dataSet: DataSet): DescribedFrame[] {
  const sopClassUid = dataSet.requiredText(0x00080016)
  const size = { rows: dimension(dataSet, 0x00280010), columns: dimension(dataSet, 0x00280011) }
  const sopInstanceUid = dataSet.requiredText(0x00080018)
  if (sopClassUid === SOP_CLASS.mrImage) return [{ sopInstanceUid, frameNumber: 1, ...size, ...classicFacts(dataSet) }]
  if (sopClassUid !== SOP_CLASS.enhancedMrImage) throw new AppError('DICOM_SOP_CLASS', { at: '(0008,0016)' })
  const count = numberOfFrames(dataSet)
  const shared = dataSet.items(0x52009229)[0]
  const perFrame = dataSet.items(0x52009230)
  if (perFrame.length !== count) {
    const missing = perFrame.length === 0 ? 'DICOM_ATTRIBUTE_MISSING' : 'DICOM_ATTRIBUTE_VALUE'
    throw new AppError(missing, { at: '(5200,9230)' })
  }
  return perFrame.map((group, i) => ({
    sopInstanceUid,
    frameNumber: i + 1,
    ...size,
    ...enhancedFacts(group, shared, i + 1)
  }))
}

/** (0028,0008), 1 when absent. @throws AppError DICOM_ATTRIBUTE_VALUE, DICOM_LIMIT */
export function numberOfFrames(dataSet: DataSet): number {
  const count = dataSet.number(0x00280008) ?? 1
  if (!Number.isInteger(count) || count < 1) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0028,0008)' })
  if (count > MAX_FRAMES) throw new AppError('DICOM_LIMIT', { at: '(0028,0008)', reason: 'frames' })
  return count
}

type PlaneFacts = Omit<DescribedFrame, 'sopInstanceUid' | 'frameNumber' | 'rows' | 'columns'>

function classicFacts(dataSet: DataSet): PlaneFacts {
  const triggerTimeMs = dataSet.number(0x00181060)
  return {
    ...planeFacts(dataSet, dataSet, dataSet.number(0x00201041), ''),
    ...spacing(dataSet),
    ...(triggerTimeMs === undefined ? {} : { triggerTimeMs })
  }
}

function enhancedFacts(group: DataSet, shared: DataSet | undefined, number: number): PlaneFacts {
  const macro = (tag: number): DataSet | undefined => group.items(tag)[0] ?? shared?.items(tag)[0]
  const triggerTimeMs = macro(CARDIAC_SYNCHRONIZATION)?.number(0x00209153)
  return {
    ...planeFacts(macro(PLANE_POSITION), macro(PLANE_ORIENTATION), undefined, `(5200,9230)[${number}].`),
    ...spacing(macro(PIXEL_MEASURES)),
    ...(triggerTimeMs === undefined ? {} : { triggerTimeMs })
  }
}

function planeFacts(
  positionOwner: DataSet | undefined,
  orientationOwner: DataSet | undefined,
  sliceLocation: number | undefined,
  at: string
): PlaneFacts {
  const position = positionOwner?.numbers(0x00200032)
  const orientation = orientationOwner?.numbers(0x00200037)
  if (position?.length === 3 && orientation?.length === 6) {
    const imagePositionPatient = position as Vector
    const imageOrientationPatient = orientation as Orientation
    const normal = normalOf(imageOrientationPatient)
    if (!normal) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: `${at}(0020,0037)` })
    return { sliceLocation: projection(imagePositionPatient, normal), imagePositionPatient, imageOrientationPatient }
  }
  if (position !== undefined && position.length !== 3)
    throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: `${at}(0020,0032)` })
  if (orientation !== undefined && orientation.length !== 6) {
    throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: `${at}(0020,0037)` })
  }
  if (sliceLocation === undefined) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at: `${at}(0020,0032)` })
  return { sliceLocation }
}

function spacing(owner: DataSet | undefined): { pixelSpacing?: [number, number] } {
  const values = owner?.numbers(0x00280030)
  if (!values) return {}
  const [row = Number.NaN, column = Number.NaN] = values
  if (!(row > 0 && column > 0)) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0028,0030)' })
  return { pixelSpacing: [row, column] }
}

function dimension(dataSet: DataSet, tag: number): number {
  const value = dataSet.requiredNumber(tag)
  if (!Number.isInteger(value) || value < 1 || value > 0xffff) {
    throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: tag === 0x00280010 ? '(0028,0010)' : '(0028,0011)' })
  }
  return value
}
