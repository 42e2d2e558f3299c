import { killRun } from './support/kill.ts'

/** The short form of `node test/proof/kill.ts --times 50`. */
const SEED = Date.now() % 100_000

test(`kill -9 at random moments loses nothing and doubles nothing, seed ${SEED}`, async () => {
  const report = await killRun({ times: 3, seed: SEED, persons: 3, maxPersons: 5 })
  const { lost, parked, doubles, undelivered, differing } = report
  expect({ lost, parked, doubles, undelivered, differing }).toEqual({
    lost: [],
    parked: [],
    doubles: [],
    undelivered: [],
    differing: []
  })
  expect(report.acknowledged).toBe(report.persons * 6)
}, 120_000)
