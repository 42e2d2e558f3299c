import { soak } from './support/soak.ts'

// The whole one is `hisbundle bench soak`: 100,000 and 3 %. Of few the noise of a small heap is a larger part.
test('memory does not grow with the number of inferences', async () => {
  const { failed, growth, curve } = await soak(4000, () => {})
  expect([failed, curve.length]).toEqual([0, 20])
  expect(growth).toBeLessThan(1.1)
}, 600_000)
