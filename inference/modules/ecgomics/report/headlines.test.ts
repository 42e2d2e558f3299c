import { INK, NOTICE } from '../../../drawing/drawing.ts'
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
  expect(['male', 'female'].map((sex) => sideOf(definition, of(455), sex))).toEqual(['H', undefined])
  expect(sideOf(definition, of(355), 'female')).toBe('L')
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
  expect(texts).toContain('H 455 ms')
})

test('a change beyond what is expected of an unchanged person is named so, and stands above the percentiles', () => {
  const change = (id: string, delta: number, verdict: 'changed' | 'not-changed') => ({
    id,
    value: 100 + delta,
    earlier: 100,
    delta,
    referenceChange: 21,
    verdict,
    withinPerson: { sd: 7, n: 12, source: 'a' }
  })
  const changes = [change('qrs.duration', 34, 'changed'), change('pr.interval', -4, 'not-changed')]
  const features: FeatureValue[] = [{ id: 'percentile.heart.rate', value: 50 }]
  const items = dimensionTables(features, CATALOGUE, { sex: 'male', changes }, { x: 0, y: 0, width: 275, height: 60 })
  const rows = items.filter((item) => item.kind === 'text').map(({ text, colour }) => [text, colour])
  const at = (text: string) => rows.findIndex(([one]) => one === text)
  expect(rows[at('QRS duration, change') + 1]).toEqual(['changed +34 ms (expected up to 21)', NOTICE])
  expect(rows[at('PR interval, change') + 1]).toEqual(['-4 ms (expected up to 21)', INK])
  expect(at('QRS duration, change')).toBeLessThan(at('Heart rate, percentile'))
})
