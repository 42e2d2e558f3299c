const Z = 1.959963984540054

/**
 * 95 % interval of a share by Wilson's score (JASA 1927;22:209). Never of no width, as that of the bootstrap is for 0 and 1.
 *
 * @example wilson(0, 5) // [0, 0.4344824825986447]
 */
export function wilson(share: number, n: number): [number, number] {
  const centre = (share + (Z * Z) / (2 * n)) / (1 + (Z * Z) / n)
  const half = (Z / (1 + (Z * Z) / n)) * Math.sqrt((share * (1 - share)) / n + (Z * Z) / (4 * n * n))
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}
