import { engineRun } from './engine-run.ts'

/** The short form of `node test/proof/engines.ts --kills 100`. Needs the peers kafka, postgres and s3. */
const SEED = Date.now() % 100_000

test(`nine processes on Kafka and PostgreSQL, some killed, all restarted in order: as one embedded process, seed ${SEED}`, async () => {
  const report = await engineRun({ kills: 2, seed: SEED, persons: 1, personsPerKill: 1, blobs: 's3', rolling: true })
  const { failures, unclean, lost, parked, doubles, undelivered, differing } = report
  expect({ failures, unclean, lost, parked, doubles, undelivered, differing }).toEqual({
    failures: [],
    unclean: [],
    lost: [],
    parked: [],
    doubles: [],
    undelivered: [],
    differing: []
  })
  expect(report.acknowledged).toBe(report.sent)
  expect(report.kills).toHaveLength(2)
}, 540_000)
