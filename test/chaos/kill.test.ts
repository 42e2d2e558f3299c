import { leftListening, listening } from '../support/suite-folder.ts'
import { embeddedFailpoints } from './failpoints.ts'
import { killRun } from './kill-run.ts'

/** The short form of `node test/chaos/kill.ts`: each named place between two writes once. */
const LIMIT_MS = 600_000
const SEED = Date.now() % 100_000

test(
  `kill -9 between any two writes loses nothing and doubles nothing, seed ${SEED}`,
  async () => {
    const report = await killRun({
      times: 0,
      seed: SEED,
      personsPerKill: 1,
      only: embeddedFailpoints(),
      signal: AbortSignal.timeout(LIMIT_MS - 15_000)
    })
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
  },
  LIMIT_MS
)

test('a run that is given up ends its processes and closes its sockets', async () => {
  const before = listening()
  const abort = new AbortController()
  const run = killRun({ times: 0, seed: SEED, only: ['record.committed'], signal: abort.signal })
  abort.abort()
  await expect(run).rejects.toThrow('aborted')
  expect(await leftListening(before)).toBe(0)
})
