import { AppError } from '../../core/errors/app-error.ts'
import { patientAndStudy, type WrittenPatient, type WrittenUids } from '../patient.ts'
import { SOP_CLASS } from '../uids.ts'
import { attributes, decimalString, writePart10 } from '../write.ts'

export interface MrFrameOptions {
  patient: WrittenPatient
  uids: WrittenUids
  frameOfReferenceUid: string
  /** Local wall clock of the acquisition, 'YYYYMMDDHHMMSS'. */
  acquiredAt: string
  seriesDescription: string
  instanceNumber: number
  rows: number
  columns: number
  /** Row-major 12-bit values, rows x columns. */
  pixels: Uint16Array
  /** mm between rows, between columns. */
  pixelSpacing: [number, number]
  sliceThicknessMm: number
  imagePositionPatient: [number, number, number]
  imageOrientationPatient: [number, number, number, number, number, number]
  /** Distance along the normal, mm. */
  sliceLocation: number
  triggerTimeMs: number
  /** Frames of one slice: (0018,1090). */
  cardiacNumberOfImages: number
  /** RR interval, ms: (0018,1062). */
  nominalIntervalMs?: number
  /** Default true: what we write is simulated. */
  synthetic?: boolean
}

/**
 * One classic MR image of a cine series (PS3.3 A.4) as a Part 10 file, explicit VR little endian, 16 bits allocated, 12 stored.
 * @throws AppError DICOM_ATTRIBUTE_VALUE when pixels do not fill rows x columns
 */
export function buildMrFrame(options: MrFrameOptions): Uint8Array {
  const { rows, columns, pixels, synthetic = true } = options
  if (pixels.length !== rows * columns) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(7FE0,0010)' })
  const date = options.acquiredAt.slice(0, 8)
  const time = options.acquiredAt.slice(8)
  return writePart10(
    attributes([
      ...patientAndStudy(options.patient, options.uids, options.acquiredAt),
      [0x00080008, 'CS', ...(synthetic ? ['DERIVED', 'SECONDARY', 'OTHER'] : ['ORIGINAL', 'PRIMARY', 'M'])],
      [0x00080016, 'UI', SOP_CLASS.mrImage],
      synthetic && [0x0008001c, 'CS', 'YES'],
      [0x00080021, 'DA', date],
      [0x00080022, 'DA', date],
      [0x00080031, 'TM', time],
      [0x00080032, 'TM', time],
      [0x00080060, 'CS', 'MR'],
      [0x00080070, 'LO', 'His Bundle'],
      [0x0008103e, 'LO', options.seriesDescription],
      [0x00180015, 'CS', 'HEART'],
      [0x00180020, 'CS', 'GR'],
      [0x00180021, 'CS', 'SK'],
      [0x00180022, 'CS', 'CG'],
      [0x00180023, 'CS', '2D'],
      [0x00180050, 'DS', decimalString(options.sliceThicknessMm)],
      [0x00180080, 'DS', '34'],
      [0x00180081, 'DS', '1.5'],
      [0x00180091, 'IS', 1],
      [0x00181060, 'DS', decimalString(options.triggerTimeMs)],
      options.nominalIntervalMs !== undefined && [0x00181062, 'IS', options.nominalIntervalMs],
      [0x00181090, 'IS', options.cardiacNumberOfImages],
      [0x00185100, 'CS', 'HFS'],
      [0x00200012, 'IS', 1],
      [0x00200013, 'IS', options.instanceNumber],
      [0x00200032, 'DS', ...options.imagePositionPatient.map(decimalString)],
      [0x00200037, 'DS', ...options.imageOrientationPatient.map(decimalString)],
      [0x00200052, 'UI', options.frameOfReferenceUid],
      [0x00201040, 'LO'],
      [0x00201041, 'DS', decimalString(options.sliceLocation)],
      [0x00280002, 'US', 1],
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00280010, 'US', rows],
      [0x00280011, 'US', columns],
      [0x00280030, 'DS', ...options.pixelSpacing.map(decimalString)],
      [0x00280100, 'US', 16],
      [0x00280101, 'US', 12],
      [0x00280102, 'US', 11],
      [0x00280103, 'US', 0],
      [0x7fe00010, 'OW', littleEndian(pixels)]
    ])
  )
}

function littleEndian(pixels: Uint16Array): Uint8Array {
  const bytes = Buffer.alloc(pixels.length * 2)
  pixels.forEach((value, i) => {
    bytes.writeUInt16LE(value, i * 2)
  })
  return bytes
}
