import { embeddedFailpoints } from './failpoints.ts'
import { killRun } from './kill-run.ts'

/** The short form of `node test/chaos/kill.ts`: each named place between two writes once. */
const SEED = Date.now() % 100_000

test(`kill -9 between any two writes loses nothing and doubles nothing, seed ${SEED}`, async () => {
  const report = await killRun({ times: 0, seed: SEED, personsPerKill: 1, only: embeddedFailpoints() })
  const { lost, parked, doubles, undelivered, differing, unreached } = report
  expect({ lost, parked, doubles, undelivered, differing, unreached }).toEqual({
    lost: [],
    parked: [],
    doubles: [],
    undelivered: [],
    differing: [],
    unreached: []
  })
  expect(report.acknowledged).toBe(report.sent)
}, 600_000)
