import { seeded } from '../../../server/demo/simulate/random.ts'
import { keyedLocks } from '../../../server/store/locks.ts'
import { inOrderOfMention } from './deadlock.vulnerable.ts'
import { seenFailing, turns, until } from './seen-failing.ts'

const COUNT = 10_000
const KEYS = 20

type Lock = <T>(keys: string[], work: () => Promise<T>) => Promise<T>

/** A1-15; through the store: the contract suite's overlapping transactions, on PostgreSQL in test/peers/postgres. */
seenFailing<() => Lock>(
  '10,000 random overlapping transactions all end, none of them while another holds one of its keys',
  { ours: keyedLocks, weak: inOrderOfMention },
  async (make, patienceMs) => {
    const lock = make()
    const uniform = seeded(20_260_301)
    const held = new Set<string>()
    let ended = 0
    let overlaps = 0
    for (let n = 0; n < COUNT; n++) {
      const keys = [
        ...new Set(Array.from({ length: 1 + Math.floor(uniform() * 4) }, () => `k${Math.floor(uniform() * KEYS)}`))
      ]
      void lock(keys, async () => {
        if (keys.some((key) => held.has(key))) overlaps += 1
        for (const key of keys) held.add(key)
        await undefined
        for (const key of keys) held.delete(key)
        ended += 1
      })
      if (n % 100 === 0) await turns(1)
    }
    await until(() => ended === COUNT, patienceMs)
    expect(overlaps).toBe(0)
  }
)
