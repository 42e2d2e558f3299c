import type { Observation } from '@medplum/fhirtypes'
import type { ScoreScale } from '../config/sections/scores.ts'
import { readScore } from './score-value.ts'

const observation = (rest: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: {},
  ...rest
})
const number = (value: number, unit?: string, comparator?: '<' | '>') =>
  observation({
    valueQuantity: { value, ...(unit ? { unit, code: unit } : {}), ...(comparator ? { comparator } : {}) }
  })

const PROBABILITY: ScoreScale = { kind: 'probability' }
const PERCENT: ScoreScale = { kind: 'percent' }
const POINTS: ScoreScale = { kind: 'points', min: 0, max: 20 }

describe('the number of a score', () => {
  test.each([
    [number(0.23), PROBABILITY, 0.23],
    [number(0.23, '1'), PROBABILITY, 0.23],
    [number(1), PROBABILITY, 1],
    [number(23, '%'), PERCENT, 0.23],
    [number(23), PERCENT, 0.23],
    [number(7, '{score}'), POINTS, 7],
    [number(7, 'points'), POINTS, 7],
    [observation({ valueInteger: 20 }), POINTS, 20]
  ])('%# is read in the terms of the loop', (said, scale, value) => {
    expect(readScore(said, scale)).toEqual({ value })
  })

  test.each([
    // A sender that says percent where a probability was agreed: never rescaled by a guess.
    [number(0.4, '%'), PROBABILITY, 'score-unit'],
    [number(23), PROBABILITY, 'score-out-of-scale'],
    [number(-0.01), PROBABILITY, 'score-out-of-scale'],
    [number(101, '%'), PERCENT, 'score-out-of-scale'],
    [number(7, '%'), POINTS, 'score-unit'],
    [number(21), POINTS, 'score-out-of-scale'],
    [number(90, '%', '>'), PERCENT, 'score-censored'],
    [observation({ valueString: 'high' }), POINTS, 'score-not-a-number'],
    [observation({ valueQuantity: { value: Number.NaN } }), POINTS, 'score-not-a-number'],
    [observation({ dataAbsentReason: { text: 'too early' } }), POINTS, 'score-not-obtained'],
    [observation({ status: 'cancelled' }), POINTS, 'score-not-obtained']
  ])('%# is refused by code', (said, scale, refused) => {
    expect(readScore(said, scale)).toEqual({ refused })
  })
})
