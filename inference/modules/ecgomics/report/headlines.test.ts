import { CATALOGUE } from '../features/catalogue.ts'
import { DIMENSIONS, type FeatureValue } from '../types.ts'
import { HEADLINES } from './headlines.ts'
import { dimensionTables, sideOf } from './tables.ts'

test.each(DIMENSIONS)(
  'every headline of %s is a feature of that dimension, with a lead where it is measured by lead',
  (dimension) => {
    for (const { id, lead } of HEADLINES[dimension]) {
      const definition = CATALOGUE.find((one) => one.id === id)
      expect([id, definition?.dimension]).toEqual([id, dimension])
      expect([id, definition?.scope]).toEqual([id, lead ? 'lead' : 'recording'])
    }
  }
)

test("a value is marked above or below the interval of the person's sex, and what is absent says why", () => {
  const definition = {
    ...CATALOGUE.find(({ id }) => id === 'qt.fridericia')!,
    interval: [
      { low: 350, high: 450, sex: 'male' as const, source: 'a' },
      { low: 360, high: 460, sex: 'female' as const, source: 'a' }
    ]
  }
  const of = (value: number): FeatureValue => ({ id: definition.id, value })
  expect(['male', 'female'].map((sex) => sideOf(definition, of(455), sex))).toEqual(['+ ', undefined])
  expect(sideOf(definition, of(355), 'female')).toBe('- ')
  expect(sideOf(definition, of(455), undefined)).toBeUndefined()

  const features: FeatureValue[] = [of(455), { id: 'pr.interval', absent: 'p-wave-not-applicable' }]
  const texts = dimensionTables(
    features,
    [definition, ...CATALOGUE],
    { sex: 'male' },
    { x: 0, y: 0, width: 275, height: 60 }
  )
    .filter((item) => item.kind === 'text')
    .map(({ text }) => text)
  expect(texts).toContain('p-wave-not-applicable')
  expect(texts).toContain('+ 455 ms')
})
