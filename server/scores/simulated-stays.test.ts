import { readFileSync } from 'node:fs'
import { type PlantedOffsets, simulatedStay } from './simulated-stays.ts'

const { variables } = JSON.parse(
  readFileSync(new URL('../../inference/modules/cap-icu/variables.json', import.meta.url), 'utf8')
) as { variables: { key: string; plausible: [number, number] }[] }

const many = (n: number, planted?: PlantedOffsets) => Array.from({ length: n }, (_, i) => simulatedStay(i, planted))
const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length

describe('a simulated stay', () => {
  test('is the same for the same seed and another for the next', () => {
    expect(simulatedStay(7)).toEqual(simulatedStay(7))
    expect(simulatedStay(8).values).not.toEqual(simulatedStay(7).values)
  })

  test('has only values that the variables call plausible, within the first 48 h and the stay', () => {
    const ranges = new Map(variables.map(({ key, plausible }) => [key, plausible]))
    const wrong = many(100).flatMap(({ id, hours: end, values }) =>
      values
        .filter(({ variable, hours, value }) => {
          const [low, high] = ranges.get(variable)!
          return !(value >= low && value <= high && hours >= 0 && hours < Math.min(48, end))
        })
        .map((value) => ({ id, ...value }))
    )
    expect(wrong).toEqual([])
  })

  // About one in seven, as the docstring has it; four standard errors of 600 draws are .057
  test('dies as often as its probability says', () => {
    const stays = many(600)
    const died = mean(stays.map(({ died }) => Number(died)))
    expect(Math.abs(died - mean(stays.map(({ trueProbability }) => trueProbability)))).toBeLessThan(0.057)
    expect(died).toBeGreaterThan(0.08)
    expect(died).toBeLessThan(0.2)
  })

  test('does not know sex or race unless a study plants them, and then shows the same values', () => {
    const planted = many(30, { sexOffset: 1, raceOffset: -1 })
    for (const [i, plain] of many(30).entries()) {
      const other = planted[i]!
      const logits = (p: number) => Math.log(p / (1 - p))
      const expected = (plain.sex === 'female' ? 1 : 0) - (plain.race === 'white' ? 0 : 1)
      expect(logits(other.trueProbability) - logits(plain.trueProbability)).toBeCloseTo(expected, 9)
      // Whoever dies stays otherwise: only that may shorten what was seen.
      if (other.died === plain.died) expect(other.values).toEqual(plain.values)
    }
  })
})
