import { liveMonth, type Month, type Planted } from './hospital.ts'

/**
 * A month of a simulated hospital through the sockets, twice: what the closed loop finds where something was planted,
 * and that it finds nothing where nothing was. Who dies follows what the server itself had said (see play.ts).
 */
const STAYS = 640
const month = (planted: Planted): Promise<Month> => liveMonth({ planted, stays: STAYS, days: 30, seed: 2026 })

const opened = ({ tasks }: Month, code: string): string[] =>
  tasks.filter((one) => one.code === code).map(({ text }) => text)

test('a month in which the estimate is right: every stay is judged, and nobody is called', async () => {
  const right = await month('none')
  const { played, model, checked } = right
  expect(played.judged).toBe(STAYS)
  expect(model).toMatchObject({ predictions: STAYS, pairs: STAYS, verified: 1, withdrawn: 0 })
  expect(model.judged).toMatchObject({ n: STAYS, positives: played.deaths })
  const [low, high] = model.judged!.figures!['calibration.slope']!.ci as [number, number]
  expect(low).toBeLessThan(1)
  expect(high).toBeGreaterThan(1)
  // Once the site has four weeks of its own, nothing differs from them. Before, this hospital is told, rightly, that its people and
  // what it measures are not those that the model was trained on.
  expect(checked.sources.map(({ comparedWith }) => comparedWith)).toEqual(['site'])
  expect(checked.sources[0]!.inputs.filter(({ verdict }) => verdict === 'breach')).toEqual([])
  expect(opened(right, 'worklist-drift').filter((text) => !text.includes('reference (model)'))).toEqual([])
  expect(opened(right, 'worklist-fairness')).toEqual([])
}, 900_000)

test('a drift of the calibration and a gap between women and men, both planted, are both found', async () => {
  const found = await month('both')
  expect(opened(found, 'worklist-drift').join()).toMatch(/more came true than was foretold/)
  expect(opened(found, 'worklist-fairness').join()).toMatch(/sex/)
}, 900_000)
