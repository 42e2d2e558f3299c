import { linear, type NormalCloud, type Terms } from './norms.ts'

/**
 * Mahalanobis distance from the cloud of normal tracings: each feature less what age and sex explain, over its spread, with
 * the shrunk covariance (Ledoit O, Wolf M 2004, J Multivar Anal 88:365; training/ecgomics/comparative/cloud.py).
 *
 * @param find a feature by its name; undefined where absent
 * @returns undefined when a feature is missing: a distance over fewer does not compare
 */
export function cloudDistance(
  { features, inverse }: Pick<NormalCloud, 'features' | 'inverse'>,
  terms: Terms,
  find: (name: string) => number | undefined
): number | undefined {
  const rest = features.map(({ name, coefficients, scale }) => {
    const value = find(name)
    return value === undefined ? Number.NaN : (value - linear(terms, coefficients)) / scale
  })
  let sum = 0
  for (let i = 0; i < rest.length; i++)
    for (let j = 0; j < rest.length; j++) sum += rest[i]! * inverse[i]![j]! * rest[j]!
  return Number.isFinite(sum) ? Math.sqrt(Math.max(0, sum)) : undefined
}

/**
 * Share of normal people whose distance is smaller, %.
 * @param distances percentiles 0 to 100 of theirs, rising
 * @example shareBelow(2.5, [0, 1, 2, 3, 4]) // 62.5
 */
export function shareBelow(distance: number, distances: readonly number[]): number {
  const above = distances.findIndex((one) => distance < one)
  if (above <= 0) return above === 0 ? 0 : 100
  const [low, high] = [distances[above - 1]!, distances[above]!]
  return (100 * (above - 1 + (distance - low) / (high - low))) / (distances.length - 1)
}
