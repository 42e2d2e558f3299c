import type { Frame } from '../../core/series.ts'
import { normalOf, projection, type Vector } from './geometry.ts'

/** Frames nearer to each other than this along the normal lie in one slice. */
const SAME_SLICE_MM = 0.1
/** Cosine between normals above which two planes count as parallel (about 0.8 degrees). */
const PARALLEL = 0.9999

interface Placed {
  frame: Frame
  normal?: Vector
  position: number
}

/**
 * Frames of a series in the order in which a heart is looked at: planes with the same normal together, slices by their position
 * along it, phases by trigger time; `sliceLocation` becomes that position and `phase` the index within the slice. The order
 * of arrival does not matter: ties fall to SOP Instance UID and frame number. Frames without trigger time follow those with.
 * Pure: the given frames are not changed.
 */
export function orderFrames(frames: readonly Frame[]): Frame[] {
  return planesOf([...frames].sort(byIdentity))
    .flatMap(slicesOf)
    .flatMap(numberPhases)
}

/** Groups of parallel planes; each is projected on one normal, that of its first frame by identity. */
function planesOf(frames: Frame[]): Placed[][] {
  const planes: { normal?: Vector; placed: Placed[] }[] = []
  for (const frame of frames) {
    const normal = frame.imageOrientationPatient && normalOf(frame.imageOrientationPatient)
    const measured = normal && frame.imagePositionPatient ? normal : undefined
    let plane = planes.find((other) => isParallel(other.normal, measured))
    if (!plane) {
      plane = { normal: measured, placed: [] }
      planes.push(plane)
    }
    const position =
      plane.normal && frame.imagePositionPatient
        ? projection(frame.imagePositionPatient, plane.normal)
        : frame.sliceLocation
    plane.placed.push({ frame, normal: plane.normal, position })
  }
  return planes.map(({ placed }) => placed)
}

function isParallel(a: Vector | undefined, b: Vector | undefined): boolean {
  if (!a || !b) return a === b
  return projection(a, b) > PARALLEL
}

function slicesOf(placed: Placed[]): Placed[][] {
  const slices: Placed[][] = []
  const sorted = [...placed].sort((a, b) => a.position - b.position || byIdentity(a.frame, b.frame))
  for (const item of sorted) {
    const slice = slices.at(-1)
    if (slice && item.position - slice[0]!.position < SAME_SLICE_MM) slice.push(item)
    else slices.push([item])
  }
  return slices
}

function numberPhases(slice: Placed[]): Frame[] {
  const time = ({ triggerTimeMs }: Frame): number => triggerTimeMs ?? Number.MAX_VALUE
  return [...slice]
    .sort((a, b) => time(a.frame) - time(b.frame) || byIdentity(a.frame, b.frame))
    .map(({ frame, position }, phase) => ({ ...frame, sliceLocation: position, phase }))
}

/** UIDs component by component as numbers, so that '...10' follows '...9'. */
function byIdentity(a: Frame, b: Frame): number {
  return compareUids(a.sopInstanceUid, b.sopInstanceUid) || a.frameNumber - b.frameNumber
}

function compareUids(a: string, b: string): number {
  const left = a.split('.')
  const right = b.split('.')
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!]
    // Components may pass 2^53: the longer one is the greater, equally long ones compare as text.
    if (x !== y) return x.length - y.length || (x < y ? -1 : 1)
  }
  return left.length - right.length
}
