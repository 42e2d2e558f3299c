import { parseQuery, queryPairs } from '../search/query.ts'
import { conditionLocks, conflict, lockNumber } from './lock-keys.ts'

const locksOf = (search: string): string[] => {
  const [type = '', text = ''] = search.split('?')
  return conditionLocks(parseQuery(type, queryPairs(text))).sort()
}

test.each([
  ['Patient?identifier=urn:mrn|1', ['identifier|Patient|1']],
  ['Patient?identifier=urn:mrn|1,2&active=true', ['identifier|Patient|1', 'identifier|Patient|2']],
  // What is asked for by the system alone, or by anything else, any resource of the type may come to meet.
  ['Patient?identifier=urn:mrn|', ['type|Patient']],
  ['Patient?identifier:missing=true', ['type|Patient']],
  ['Patient?name=x', ['type|Patient']],
  // A step to another type: a change there can make the condition true.
  ['Observation?identifier=1&patient.name=x', ['type|Observation', 'type|Patient']],
  ['Patient?_has:Observation:patient:status=final', ['type|Observation', 'type|Patient']]
])('under the locks of %s its answer cannot change', (search, expected) => {
  expect(locksOf(search)).toEqual(expected)
})

test('two sets conflict when one of them holds a common key exclusively', () => {
  const [a, b] = [lockNumber('write', 's', 'a'), lockNumber('write', 's', 'b')]
  expect(conflict(new Map([[a, false]]), new Map([[a, false]]))).toBe(false)
  expect(
    conflict(
      new Map([[a, false]]),
      new Map([
        [a, true],
        [b, false]
      ])
    )
  ).toBe(true)
  expect(conflict(new Map([[a, true]]), new Map([[b, true]]))).toBe(false)
})

test('numbers of one text differ by use and by schema', () => {
  const uses = (['write', 'key', 'waiter', 'lead'] as const).map((use) => lockNumber(use, 's', 'x'))
  expect(new Set([...uses, lockNumber('write', 't', 'x')]).size).toBe(5)
})
