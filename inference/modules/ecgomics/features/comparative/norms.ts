import { readFileSync } from 'node:fs'

/** Regression terms of norms: 1, (age - 50) / 10, female. */
export type Terms = readonly [one: number, age: number, female: number]

interface About {
  source: string
  date: string
  ages: readonly [number, number]
}

export interface ReferenceIntervals extends About {
  intervals: Record<string, { low: number; high: number; sex: 'male' | 'female'; n: number }[]>
}

export interface Percentiles extends About {
  people: { n: number; women: number; men: number }
  quantiles: number[]
  /** One row of terms for each quantile. */
  features: Record<string, { n: number; coefficients: [number, number, number][] }>
}

interface ErrorFigure {
  mae: number
  ci95: [number, number]
}

export interface AgeModel extends About {
  n: { recordings: number; people: number }
  error: { ecg: ErrorFigure & { saved: number; savedCi95: [number, number] }; meanAge: ErrorFigure; absolute95: number }
  /** Mean prediction at an age. */
  expected: { intercept: number; slope: number }
  intercept: number
  features: {
    name: string
    median: number
    low: number
    high: number
    mean: number
    scale: number
    weight: number
  }[]
}

export interface NormalCloud extends About {
  n: number
  features: { name: string; coefficients: [number, number, number]; scale: number }[]
  inverse: number[][]
  /** Percentiles 0 to 100 of the distances of normal people who were left out of the cloud. */
  distances: number[]
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../norms/${name}`, import.meta.url), 'utf8'))

/** What training/ecgomics/comparative measured on the development data; each file says of whom, when and how. */
export const REFERENCE_INTERVALS = read('reference-intervals.json') as ReferenceIntervals
export const PERCENTILES = read('percentiles.json') as Percentiles
export const AGE_MODEL = read('ecg-age.json') as AgeModel
export const NORMAL_CLOUD = read('normal-cloud.json') as NormalCloud

export const termsOf = ({ age, sex }: { age: number; sex: 'male' | 'female' }): Terms => [
  1,
  (age - 50) / 10,
  sex === 'female' ? 1 : 0
]

/** Value of a linear model. */
export const linear = (terms: Terms, [a, b, c]: readonly [number, number, number]): number =>
  a * terms[0] + b * terms[1] + c * terms[2]
