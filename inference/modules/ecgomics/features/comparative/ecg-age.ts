import type { AgeModel } from './norms.ts'

/** More of the model's inputs missing than this, and the prediction would be made of medians. */
const MOST_MISSING = 0.15

/**
 * Age that the features speak for: ridge regression with each feature held within the limits of its training people and
 * standardised; a missing one stands at their median (training/ecgomics/comparative/age.py).
 *
 * @param find a feature by its name ('id' or 'id|lead'); undefined where absent
 * @returns years; undefined when more than 15 % of the features are missing
 */
export function ecgAge(
  { intercept, features }: Pick<AgeModel, 'intercept' | 'features'>,
  find: (name: string) => number | undefined
): number | undefined {
  let missing = 0
  let age = intercept
  for (const { name, median, low, high, mean, scale, weight } of features) {
    const value = find(name)
    if (value === undefined) missing++
    age += (weight * (Math.min(high, Math.max(low, value ?? median)) - mean)) / scale
  }
  return missing > MOST_MISSING * features.length ? undefined : age
}

/**
 * ECG age minus what the model says on average at that age: a regression draws the young up and the old down, and that
 * part of the gap says nothing about the person (Le TT et al. 2018, Front Aging Neurosci 10:317).
 */
export const ageGap = ({ expected }: Pick<AgeModel, 'expected'>, predicted: number, age: number): number =>
  predicted - (expected.intercept + expected.slope * age)
