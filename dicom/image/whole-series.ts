import type { Series } from '../../core/series.ts'

/**
 * Whether the frames make a whole cine series when the sender did not say how many there are: every slice has the same
 * phases, as many as (0018,1090) Cardiac Number of Images says where it is stated (PS3.3 C.8.3.1).
 */
export function isWholeCine(series: Series): boolean {
  const phases = new Map<number, number>()
  for (const { sliceLocation } of series.frames) phases.set(sliceLocation, (phases.get(sliceLocation) ?? 0) + 1)
  const stated = Number(series.tags['00181090'])
  const expected = Number.isInteger(stated) && stated > 0 ? stated : undefined
  const counts = new Set(phases.values())
  return expected === undefined ? false : counts.size === 1 && counts.has(expected)
}
