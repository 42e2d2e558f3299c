import { type Engine, tornRun } from './torn-run.ts'

/** The short form of `node test/chaos/torn.ts`. */
const SEED = Date.now() % 100_000

test.each<Engine>(['bus', 'store'])(
  `%s: torn behind what was acknowledged it recovers whole, seed ${SEED}`,
  async (engine) => {
    const report = await tornRun({ engine, images: 1, trials: 12, seed: SEED })
    expect({ lost: report.lost, corrupt: report.corrupt, twice: report.twice }).toEqual({
      lost: [],
      corrupt: [],
      twice: []
    })
    expect(Object.values(report.trials).reduce((sum, n) => sum + n, 0)).toBe(12)
  },
  60_000
)
