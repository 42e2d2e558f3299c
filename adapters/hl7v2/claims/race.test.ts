import { parseMessage } from '../parse.ts'
import { subjectClaim } from './subject.ts'

const claimOf = (race: string, ethnicGroup = '') => {
  const fields: string[] = Array(23).fill('')
  Object.assign(fields, { 0: 'PID', 3: '1^^^HOSP^MR', 10: race, 22: ethnicGroup })
  const text = ['MSH|^~\\&|A|B|C|D|20260102||ADT^A01|1|P|2.5.1', fields.join('|')].map((line) => `${line}\r`).join('')
  return subjectClaim(parseMessage(Buffer.from(text)).first('PID')!, () => undefined)
}

// HL7 tables 0005 and 0189; the CDC codes that both name.
test.each([
  ['2106-3^White^HL70005', '', ['2106-3'], undefined],
  ['W^White^L^2106-3^White^CDCREC', '', ['2106-3'], undefined],
  ['2106-3~2054-5', '', ['2054-5', '2106-3'], undefined],
  ['', 'H^Hispanic^HL70189', undefined, '2135-2'],
  ['', 'N', undefined, '2186-5'],
  ['', '2135-2^Hispanic or Latino^CDCREC', undefined, '2135-2'],
  ['W^White^L', 'U', undefined, undefined],
  ['White', '', undefined, undefined],
  ['constructor', '__proto__', undefined, undefined],
  ['', '', undefined, undefined]
])('PID-10 %j and PID-22 %j', (race, ethnicGroup, expectedRace, expectedEthnicity) => {
  const claim = claimOf(race, ethnicGroup)
  expect([claim.race, claim.ethnicity]).toEqual([expectedRace, expectedEthnicity])
})

test('a field sent as "" is taken back', () => {
  expect(claimOf('""', '""').deleted).toEqual(['race', 'ethnicity'])
})
