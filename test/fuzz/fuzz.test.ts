import { fuzz } from './support/fuzz.ts'
import { TARGETS } from './targets/index.ts'

const seed = Number(process.env['TEST_SEED'] ?? 20261122)

/** The short form; the long one by command: node test/fuzz/run.ts all --cases N. */
test.each(Object.keys(TARGETS))(
  '%s: the server lives, stays small, and every input ends with a code',
  async (name) => {
    const { faults, inputs } = await fuzz(TARGETS[name]!, { cases: 200, seed, canaryEvery: 100 })
    expect({ seed, faults }).toEqual({ seed, faults: [] })
    expect(inputs).toBe(200)
  },
  180_000
)
