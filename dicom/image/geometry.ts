export type Vector = [number, number, number]
export type Orientation = [number, number, number, number, number, number]

/** Unit normal of the image plane (row x column direction, PS3.3 C.7.6.2.1.1); undefined when the directions make none. */
export function normalOf([rx, ry, rz, cx, cy, cz]: Orientation): Vector | undefined {
  const cross: Vector = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx]
  const length = Math.hypot(...cross)
  return length > 1e-3 ? (cross.map((value) => value / length) as Vector) : undefined
}

/** Distance of a position from the origin along the normal, mm. */
export const projection = ([x, y, z]: Vector, [nx, ny, nz]: Vector): number => x * nx + y * ny + z * nz
