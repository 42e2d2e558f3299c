import type { Encounter } from '@medplum/fhirtypes'
import fc from 'fast-check'
import type { AdtEvent, VisitClaim } from '../../core/decoded.ts'
import { at } from '../../test/support/record.ts'
import { applyAdt, provisionalEncounter } from './encounter.ts'

const hour = (n: number): string => new Date(Date.UTC(2026, 0, 5, n)).toISOString()
interface Told {
  event: string
  /** Hour at which it was recorded. */
  recorded: number
  ward?: string
  occurred?: number
  visit?: VisitClaim
}
const adt = ({ event, recorded, occurred }: Told): AdtEvent => ({
  event,
  recordedAt: at(hour(recorded)),
  ...(occurred === undefined ? {} : { occurredAt: at(hour(occurred)) })
})
const after = (told: readonly Told[]): Encounter =>
  told.reduce<Encounter>(
    (encounter, one) => applyAdt(encounter, adt(one), { ...(one.ward ? { location: one.ward } : {}), ...one.visit }),
    provisionalEncounter('e', undefined, 'Patient/p')
  )
const places = ({ location }: Encounter) =>
  (location ?? []).map(({ location: { display }, period, status }) => [
    display,
    ...[period?.start, period?.end].map((text) => text && (Date.parse(text) - Date.parse(hour(0))) / 3_600_000),
    status
  ])

const stay: Told[] = [
  { event: 'A01', recorded: 8, ward: '3W' },
  { event: 'A02', recorded: 10, ward: 'ICU^1^2' },
  { event: 'A08', recorded: 12, ward: 'ICU^1^2' },
  { event: 'A02', recorded: 30, ward: 'CCU^4' },
  { event: 'A02', recorded: 60, ward: '3W' },
  { event: 'A03', recorded: 90, ward: '3W', visit: { dischargeDisposition: '01', dischargedAt: at(hour(89)) } }
]
const ended = [
  ['3W', 8, 10, 'completed'],
  ['ICU^1^2', 10, 30, 'completed'],
  ['CCU^4', 30, 60, 'completed'],
  ['3W', 60, 89, 'completed']
]

test('movements become places, each ending where the next begins, the last with the visit', () => {
  const encounter = after(stay)
  expect(places(encounter)).toEqual(ended)
  expect(encounter).toMatchObject({ status: 'finished', period: { start: hour(8), end: hour(89) } })
})

test('in any order of arrival, and however often, it is the same visit', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...stay, ...stay], { minLength: 12 }), (told) => {
      const { location, status, period, hospitalization } = after(told)
      const inOrder = after(stay)
      expect({ location, status, period, hospitalization }).toEqual({
        location: inOrder.location,
        status: inOrder.status,
        period: inOrder.period,
        hospitalization: inOrder.hospitalization
      })
    }),
    { numRuns: 200 }
  )
})

test('an admission is placed when the patient came, not when it was typed', () => {
  const typed = { event: 'A01', recorded: 12, ward: 'ICU', visit: { admittedAt: at(hour(8)) } }
  expect(places(after([typed]))).toEqual([['ICU', 8, undefined, 'active']])
  expect(places(after([{ event: 'A02', recorded: 12, occurred: 9, ward: 'ICU' }]))).toEqual([
    ['ICU', 9, undefined, 'active']
  ])
})

test.each<[string, Told[], unknown[]]>([
  [
    'cancels a transfer',
    [
      { event: 'A01', recorded: 8, ward: '3W' },
      { event: 'A02', recorded: 10, ward: 'ICU' },
      { event: 'A12', recorded: 11, ward: '3W' }
    ],
    [['3W', 8, undefined, 'active']]
  ],
  [
    'cancels a transfer without saying where the patient is',
    [
      { event: 'A01', recorded: 8, ward: '3W' },
      { event: 'A02', recorded: 10, ward: 'ICU' },
      { event: 'A12', recorded: 11 }
    ],
    [['3W', 8, undefined, 'active']]
  ],
  [
    'cancels a transfer that comes later: the patient was not there for long',
    [
      { event: 'A01', recorded: 8, ward: '3W' },
      { event: 'A12', recorded: 11, ward: '3W' },
      { event: 'A02', recorded: 10, ward: 'ICU' }
    ],
    [
      ['3W', 8, 10, 'completed'],
      ['ICU', 10, 11, 'completed'],
      ['3W', 11, undefined, 'active']
    ]
  ],
  [
    'cancels a discharge',
    [
      { event: 'A01', recorded: 8, ward: 'ICU' },
      { event: 'A03', recorded: 20, ward: 'ICU' },
      { event: 'A13', recorded: 21 }
    ],
    [['ICU', 8, undefined, 'active']]
  ],
  [
    'an update that moves the patient',
    [
      { event: 'A01', recorded: 8, ward: '3W' },
      { event: 'A08', recorded: 10, ward: 'ICU' }
    ],
    [
      ['3W', 8, 10, 'completed'],
      ['ICU', 10, undefined, 'active']
    ]
  ],
  [
    'a transfer there and back, the middle one last to come',
    [
      { event: 'A01', recorded: 8, ward: 'ICU' },
      { event: 'A02', recorded: 20, ward: 'ICU' },
      { event: 'A02', recorded: 15, ward: '3W' }
    ],
    [
      ['ICU', 8, 15, 'completed'],
      ['3W', 15, 20, 'completed'],
      ['ICU', 20, undefined, 'active']
    ]
  ]
])('%s', (_, told, expected) => {
  expect(places(after(told))).toEqual(expected)
})

test('a discharge that comes first waits for the admission to say when the visit began', () => {
  const encounter = after([
    { event: 'A03', recorded: 90, ward: '3W' },
    { event: 'A01', recorded: 8, ward: '3W' }
  ])
  expect(encounter).toMatchObject({ status: 'finished', period: { start: hour(8), end: hour(90) } })
})
