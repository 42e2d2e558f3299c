import fc from 'fast-check'
import { type GroupCount, withheldOf } from './suppression.ts'

const shown = (groups: GroupCount[]) =>
  withheldOf(groups, { complementary: true }).map(
    ({ figures = '-', n, positives }) => `${figures} ${n ? '?' : 'n'}${positives ? '?' : 'p'}`
  )

test.each([
  [
    'large groups hide nothing',
    [
      { n: 100, positives: 20 },
      { n: 40, positives: 5 }
    ],
    ['- np', '- np']
  ],
  [
    '29 cases: listed without figures',
    [
      { n: 100, positives: 20 },
      { n: 29, positives: 9 }
    ],
    ['- np', 'small np']
  ],
  [
    'four deaths: hidden, and the smallest other group with them',
    [
      { n: 400, positives: 90 },
      { n: 100, positives: 20 },
      { n: 50, positives: 4 }
    ],
    ['- np', 'complementary n?', 'small n?']
  ],
  [
    'everybody but two died: as telling',
    [
      { n: 400, positives: 90 },
      { n: 100, positives: 20 },
      { n: 50, positives: 48 }
    ],
    ['- np', 'complementary n?', 'small n?']
  ],
  [
    'three people: their number too',
    [
      { n: 400, positives: 90 },
      { n: 100, positives: 20 },
      { n: 3, positives: 1 }
    ],
    ['- np', 'complementary ??', 'small ??']
  ],
  [
    'two hidden groups still add up to something: one more',
    [
      { n: 400, positives: 90 },
      { n: 100, positives: 20 },
      { n: 50, positives: 4 },
      { n: 50, positives: 4 }
    ],
    ['- np', 'complementary n?', 'small n?', 'small n?']
  ],
  [
    'hidden counts that add up to less than ten: one more',
    [
      { n: 400, positives: 90 },
      { n: 100, positives: 20 },
      { n: 30, positives: 6 },
      { n: 30, positives: 0 }
    ],
    ['- np', 'complementary n?', 'complementary n?', 'small n?']
  ],
  ['measurements have cases only', [{ n: 100 }, { n: 60 }, { n: 4 }], ['- np', 'complementary ?p', 'small ?p']],
  [
    'a group without figures is withheld before one with',
    [
      { n: 400, positives: 90 },
      { n: 100, positives: 20 },
      { n: 28, positives: 12 },
      { n: 50, positives: 4 }
    ],
    ['- np', '- np', 'small n?', 'small n?']
  ],
  ['nobody at all', [{ n: 0, positives: 0 }], ['small n?']]
])('%s', (_name, groups, expected) => {
  expect(shown(groups)).toEqual(expected)
})

const sum = (groups: readonly Required<GroupCount>[], name: 'n' | 'positives'): number =>
  groups.reduce((total, group) => total + group[name], 0)

test('inside the house only the small counts themselves are hidden', () => {
  const groups = [
    { n: 500, positives: 90 },
    { n: 11, positives: 2 }
  ]
  expect(withheldOf(groups)).toEqual([
    { n: false, positives: false },
    { figures: 'small', n: false, positives: true }
  ])
})

/** All counts of positives of the hidden groups that a reader of the table cannot rule out. */
function possible(groups: readonly Required<GroupCount>[], place: number): Set<number> {
  const withheld = withheldOf(groups, { complementary: true })
  const left = groups.reduce((sum, { positives }, i) => sum + (withheld[i]!.positives ? positives : 0), 0)
  const most = (i: number): number => groups[i]!.n
  let sums = new Set([0])
  for (const [i] of groups.entries()) {
    if (i === place || !withheld[i]!.positives) continue
    // What is hidden by itself is under 5 on one side; what is hidden to complete it is not.
    const candidates = Array.from({ length: most(i) + 1 }, (_, count) => count).filter((count) => {
      const lesser = Math.min(count, most(i) - count)
      return withheld[i]!.figures === 'small' || lesser >= 5
    })
    sums = new Set([...sums].flatMap((sum) => candidates.map((count) => sum + count)))
  }
  return new Set(Array.from({ length: most(place) + 1 }, (_, count) => count).filter((count) => sums.has(left - count)))
}

test('no hidden count of positives can be recomputed from the total, where there is another group to hide it behind', () => {
  const group = fc
    .record({ n: fc.integer({ min: 12, max: 60 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ n, share }) => ({ n, positives: Math.round(n * share) }))
  fc.assert(
    fc.property(fc.array(group, { minLength: 2, maxLength: 4 }), (groups) => {
      // A total of few is hidden itself.
      const [n, positives] = [sum(groups, 'n'), sum(groups, 'positives')]
      if (Math.min(positives, n - positives) < 5) return
      const withheld = withheldOf(groups, { complementary: true })
      for (const [i, { positives }] of withheld.entries()) {
        if (!positives) continue
        expect(withheld.filter((one) => one.positives).length).toBeGreaterThan(1)
        expect(possible(groups, i).size).toBeGreaterThan(1)
      }
    }),
    { seed: 3003, numRuns: 200 }
  )
})
