import type { Observation } from '@medplum/fhirtypes'
import { ecg, NOW, potassium, record } from '../../../test/support/potassium-record.ts'
import { readEcg } from '../../record/ecg.ts'
import { comparedLater, comparedWithLate } from './late-reference.ts'
import { timingOf } from './timing.ts'

type Stored = Observation & { id: string }

/** Which tracings a potassium reaches that arrives at NOW. */
async function reached(arriving: Stored, others: Stored[], policy = {}) {
  const reader = record([arriving, ...others])
  const found = await comparedLater(arriving, reader, { arrivedAt: NOW, timing: timingOf(policy) })
  const ids = (ecgs: typeof found.current) => ecgs.map(({ observation }) => observation.id)
  return { current: ids(found.current), vouched: ids(found.vouched) }
}

const NONE = { current: [], vouched: [] }

test.each<[string, Stored, Stored[], object, { current: string[]; vouched: string[] }]>([
  [
    'the tracings after it',
    potassium('k', 3, 4.2),
    [ecg('then', 3.2), ecg('a', 1.5), ecg('b', 0.2)],
    {},
    { current: ['b', 'a'], vouched: [] }
  ],
  ['none of its own hour', potassium('k', 1.5, 4.2), [ecg('then', 1.5), ecg('a', 0.6)], {}, NONE],
  ['none where no tracing is beside it', potassium('k', 5, 4.2), [ecg('a', 0.2)], {}, NONE],
  [
    'none of yesterday',
    potassium('k', 60, 4.2),
    [ecg('then', 60), ecg('a', 25), ecg('b', 23)],
    {},
    { current: ['b'], vouched: [] }
  ],
  [
    'as long as the site says',
    potassium('k', 60, 4.2),
    [ecg('then', 60), ecg('a', 25)],
    { lateReferenceMinutes: 1560 },
    { current: ['a'], vouched: [] }
  ],
  [
    'none where the site says never',
    potassium('k', 3, 4.2),
    [ecg('then', 3), ecg('a', 0.2)],
    { lateReferenceMinutes: 0 },
    NONE
  ],
  [
    'that of which it says that it is no reference',
    potassium('k', 60, 5.1),
    [ecg('then', 60), ecg('a', 40)],
    {},
    { current: [], vouched: ['then'] }
  ],
  [
    'nothing without a time',
    potassium('k', 3, 4.2, { effectiveDateTime: undefined }),
    [ecg('then', 3), ecg('a', 0.2)],
    {},
    NONE
  ]
])('a potassium that arrives late reaches %s', async (_, arriving, others, policy, expected) => {
  expect(await reached(arriving, others, policy)).toEqual(expected)
})

test('of a night of strips the ten newest are made anew', async () => {
  const strips = Array.from({ length: 40 }, (_, i) => ecg(`s${i}`, 0.1 + i / 10))
  const { current } = await reached(potassium('k', 8, 4.2), [ecg('then', 8), ...strips])
  expect(current).toEqual(strips.slice(0, 10).map(({ id }) => id))
})

test('a tracing that comes late reaches the later ones if a potassium vouches for it and none speaks against it', async () => {
  const late = ecg('late', 5)
  const by = async (...values: Stored[]) => {
    const reader = record([late, ecg('a', 0.2), ...values])
    const one = (await readEcg(late, reader, false))!
    const found = await comparedWithLate(one, reader, { arrivedAt: NOW, timing: timingOf({}) })
    return found.map(({ observation }) => observation.id)
  }
  expect(await by(potassium('k', 4, 4.2))).toEqual(['a'])
  expect(await by(potassium('k', 3.9, 4.2))).toEqual([])
  expect(await by(potassium('k', 5, 4.2), potassium('high', 5.5, 5.4))).toEqual([])
  expect(await by()).toEqual([])
})

test('a time of the policy that is none is refused', () => {
  for (const lateReferenceMinutes of ['60', -1, true])
    expect(() => timingOf({ lateReferenceMinutes })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
})
