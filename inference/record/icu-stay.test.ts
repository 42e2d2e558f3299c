import type { Encounter } from '@medplum/fhirtypes'
import { staysOf, type WardRule } from './icu-stay.ts'

const WARDS: WardRule[] = [
  { match: 'ICU', kind: 'medical' },
  { match: 'CCU*', kind: 'coronary' }
]
const at = (hour: number): string => new Date(Date.UTC(2026, 0, 5, hour)).toISOString()
type Move = [ward: string, from: number, to?: number]
const encounter = (moves: Move[], facts: Partial<Encounter> = {}): Encounter => ({
  resourceType: 'Encounter',
  id: 'e1',
  status: 'in-progress',
  class: { code: 'IMP' },
  location: moves.map(([ward, from, to]) => ({
    location: { display: ward },
    period: { start: at(from), ...(to === undefined ? {} : { end: at(to) }) }
  })),
  ...facts
})
const hours = (moves: Move[], facts: Partial<Encounter> = {}, gapHours = 6) =>
  staysOf(encounter(moves, facts), { wards: WARDS, gapHours }).map(({ start, end }) =>
    [start, end].map((text) => text && (Date.parse(text) - Date.parse(at(0))) / 3_600_000)
  )

test.each<[string, Move[], (number | undefined)[][]]>([
  ['a ward that is none', [['3W^1^2', 0]], []],
  ['an admission to intensive care', [['ICU^1^2', 8]], [[8, undefined]]],
  [
    'a transfer in and out',
    [
      ['3W', 0, 8],
      ['ICU^1^2', 8, 30],
      ['3W', 30]
    ],
    [[8, 30]]
  ],
  [
    'another bed of the same ward',
    [
      ['ICU^1^1', 8, 9],
      ['ICU^2^1', 9, 20]
    ],
    [[8, 20]]
  ],
  [
    'ICU and then CCU: one stay',
    [
      ['ICU^1', 8, 20],
      ['CCU-2^1', 20, 40]
    ],
    [[8, 40]]
  ],
  [
    'theatre in between: one stay',
    [
      ['ICU^1', 8, 20],
      ['OR', 20, 24],
      ['ICU^1', 24]
    ],
    [[8, undefined]]
  ],
  [
    'a return after the gap: two',
    [
      ['ICU^1', 8, 20],
      ['3W', 20, 27],
      ['ICU^1', 27]
    ],
    [
      [8, 20],
      [27, undefined]
    ]
  ],
  [
    'entries in any order',
    [
      ['3W', 30],
      ['ICU', 8, 30]
    ],
    [[8, 30]]
  ],
  [
    'an open entry that another follows',
    [
      ['ICU', 8],
      ['3W', 30]
    ],
    [[8, 30]]
  ],
  ['lower case and spaces', [[' icu ^1', 8]], [[8, undefined]]]
])('%s', (_, moves, expected) => {
  expect(hours(moves)).toEqual(expected)
})

test('a discharge ends the stay that is still open, and one that was filed too long', () => {
  const finished = { status: 'finished', period: { start: at(0), end: at(40) } } as const
  expect(hours([['ICU', 8]], finished)).toEqual([[8, 40]])
  expect(hours([['ICU', 8, 50]], finished)).toEqual([[8, 40]])
})

test.each(['cancelled', 'entered-in-error', 'planned'] as const)('an encounter that is %s has no stay', (status) => {
  expect(hours([['ICU', 8]], { status })).toEqual([])
})

test('the kind of the first ward is the kind of the stay', () => {
  const [stay] = staysOf(
    encounter([
      ['CCU1', 8, 20],
      ['ICU', 20]
    ]),
    { wards: WARDS, gapHours: 6 }
  )
  expect(stay).toEqual({ encounter: 'Encounter/e1', start: at(8), kind: 'coronary' })
})

test('a day without a time of day places nothing', () => {
  const day = encounter([])
  day.location = [{ location: { display: 'ICU' }, period: { start: '2026-01-05' } }]
  expect(staysOf(day, { wards: WARDS, gapHours: 6 })).toEqual([])
})

test('a place may be named by its identifier, or by what its Location is called', () => {
  const named = encounter([])
  named.location = [
    { location: { identifier: { value: 'ICU^1' } }, period: { start: at(8), end: at(10) } },
    { location: { reference: 'Location/x' }, period: { start: at(20) } }
  ]
  const namesOf = ({ location }: { location: { reference?: string } }) => (location.reference ? ['CCU north'] : [])
  expect(staysOf(named, { wards: WARDS, gapHours: 6, namesOf }).map(({ start }) => start)).toEqual([at(8), at(20)])
})
