import fc from 'fast-check'
import { type Awaiting, match, type Occurred } from './match.ts'

const HOUR = 3_600_000
const HOURLY = { window: { beforeHours: 1, afterHours: 1 } }
const prediction = (result: string, hours: number, encounter?: string): Awaiting => ({
  result,
  at: hours * HOUR,
  encounter
})
const truth = (key: string, hours: number, encounter?: string): Occurred => ({ key, at: hours * HOUR, encounter })

test('takes the earliest truth of the window, not the nearest', () => {
  expect(match(HOURLY, [prediction('r', 10)], [truth('near', 10.1), truth('first', 9.2)])).toEqual([
    { result: 'r', key: 'first' }
  ])
})

test.each([
  ['an hour before', 9, true],
  ['an hour after', 11, true],
  ['a second earlier than that', 9 - 1 / 3600, false],
  ['a second later than that', 11 + 1 / 3600, false]
])('%s counts: %p hours -> %p', (_name, hours, isIn) => {
  expect(match(HOURLY, [prediction('r', 10)], [truth('k', hours)])).toHaveLength(isIn ? 1 : 0)
})

test('gives each truth to one prediction, the earlier one', () => {
  expect(match(HOURLY, [prediction('later', 10.5), prediction('earlier', 10)], [truth('k', 10.2)])).toEqual([
    { result: 'earlier', key: 'k' }
  ])
})

test('an encounter is matched by its name, whenever it ended, and never by none', () => {
  const label = { window: 'encounter' as const }
  expect(match(label, [prediction('r', 24, 'e1')], [truth('other', 30, 'e2'), truth('own', 500, 'e1')])).toEqual([
    { result: 'r', key: 'own' }
  ])
  expect(match(label, [prediction('r', 24)], [truth('k', 30)])).toEqual([])
})

const predictions = fc.uniqueArray(
  fc.record({ result: fc.stringMatching(/^[a-f]{1,3}$/), at: fc.integer({ min: 0, max: 40 }) }),
  { selector: ({ result }) => result, maxLength: 9 }
)
const truths = fc.uniqueArray(
  fc.record({ key: fc.stringMatching(/^[a-f]{1,3}$/), at: fc.integer({ min: 0, max: 40 }) }),
  { selector: ({ key }) => key, maxLength: 9 }
)
/** Windows of some milliseconds, so that small whole numbers are times. */
const window = fc
  .record({ before: fc.integer({ min: 0, max: 9 }), after: fc.integer({ min: 0, max: 9 }) })
  .map(({ before, after }) => ({ window: { beforeHours: before / HOUR, afterHours: after / HOUR } }))

test('is the same whatever order both come in', () => {
  fc.assert(
    fc.property(window, predictions, truths, fc.infiniteStream(fc.nat()), (label, some, others, draws) => {
      const mixed = <T>(items: readonly T[]): T[] =>
        items
          .map((item) => ({ item, by: draws.next().value as number }))
          .sort((a, b) => a.by - b.by)
          .map(({ item }) => item)
      expect(match(label, mixed(some), mixed(others))).toEqual(match(label, some, others))
    }),
    { seed: 3003 }
  )
})

test('joins as many as can be joined, each once, inside the window', () => {
  fc.assert(
    fc.property(window, predictions, truths, (label, some, others) => {
      const found = match(label, some, others)
      expect(new Set(found.map(({ result }) => result)).size).toBe(found.length)
      expect(new Set(found.map(({ key }) => key)).size).toBe(found.length)
      const { beforeHours, afterHours } = label.window
      const edges = some.map(({ at }) =>
        others.flatMap((one, i) => (one.at >= at - beforeHours * HOUR && one.at <= at + afterHours * HOUR ? [i] : []))
      )
      for (const { result, key } of found) {
        const i = some.findIndex((one) => one.result === result)
        expect(edges[i]).toContain(others.findIndex((one) => one.key === key))
      }
      expect(found.length).toBe(largest(edges))
    }),
    { seed: 3003, numRuns: 300 }
  )
})

/** Size of a maximum matching by augmenting paths (Kuhn): another algorithm than the one under test. */
function largest(edges: readonly number[][]): number {
  const owner = new Map<number, number>()
  const augment = (node: number, seen: Set<number>): boolean =>
    (edges[node] ?? []).some((to) => {
      if (seen.has(to)) return false
      seen.add(to)
      if (owner.has(to) && !augment(owner.get(to)!, seen)) return false
      owner.set(to, node)
      return true
    })
  return edges.reduce((size, _, node) => size + (augment(node, new Set()) ? 1 : 0), 0)
}
