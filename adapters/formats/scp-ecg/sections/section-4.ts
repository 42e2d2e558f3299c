import { Cursor } from '../cursor.ts'

/** Sample numbers count from 1 over the whole recording; ends are included. */
export interface QrsLocation {
  /** 0: like the reference beat. */
  type: number
  /** Where the reference beat was subtracted. */
  from: number
  fiducial: number
  to: number
}

export interface ProtectedZone {
  from: number
  to: number
}

export interface QrsLocations {
  /** Length of the reference beat, ms. */
  beatMs: number
  /** Number of the sample of the reference beat that is its fiducial point, from 1. */
  beatFiducial: number
  complexes: QrsLocation[]
  /** Where the rhythm data keep their full rate, in order. */
  zones: ProtectedZone[]
}

const COMPLEX_BYTES = 14
const ZONE_BYTES = 8

/**
 * Section 4, QRS locations. EN 1064 section 5.7.
 *
 * content = reference beat length, ms u16 | its fiducial sample u16 | number of QRS u16
 *         | QRS: type u16 | subtraction start u32 | fiducial u32 | subtraction end u32
 *         | protected zones, one a QRS: start u32 | end u32
 *
 * Writers leave the zones out where the rhythm data are not decimated.
 * @throws AppError DECODE_FAILED (truncated)
 */
export function readQrsLocations(content: Uint8Array): QrsLocations {
  const cursor = new Cursor(content, 'section 4')
  const beatMs = cursor.u16()
  const beatFiducial = cursor.u16()
  const count = cursor.u16()
  // Asked of the bytes before the list is made.
  const listed = new Cursor(cursor.take(count * COMPLEX_BYTES), 'section 4')
  const complexes = Array.from({ length: count }, () => ({
    type: listed.u16(),
    from: listed.u32(),
    fiducial: listed.u32(),
    to: listed.u32()
  }))
  const zones =
    cursor.remaining < count * ZONE_BYTES
      ? []
      : Array.from({ length: count }, () => ({ from: cursor.u32(), to: cursor.u32() }))
  return {
    beatMs,
    beatFiducial,
    complexes,
    zones: zones.filter(({ from, to }) => from > 0 && to >= from).sort((a, b) => a.from - b.from)
  }
}
