import type { Patient } from '@medplum/fhirtypes'
import { raceOf } from '../../inference/modules/cap-icu/stay/race.ts'
import { applyClaim } from './patient-claim.ts'

const person: Patient = { resourceType: 'Patient', id: 'p' }
const claim = (facts: Partial<Parameters<typeof applyClaim>[1]>) => ({ identifiers: [], ...facts })

test('race and ethnicity as recorded become what the audit reads', () => {
  const recorded = applyClaim(person, claim({ race: ['2054-5'] }), 'assert')
  expect(raceOf(recorded)).toBe('black')
  expect(raceOf(applyClaim(recorded, claim({ ethnicity: '2135-2' }), 'assert'))).toBe('hispanic')
})

test('a result fills in a race that is absent and overwrites none; an ADT does; "" takes it back', () => {
  const recorded = applyClaim(person, claim({ race: ['2054-5'], ethnicity: '2186-5' }), 'fill')
  expect(raceOf(applyClaim(recorded, claim({ race: ['2106-3'] }), 'fill'))).toBe('black')
  expect(raceOf(applyClaim(recorded, claim({ race: ['2106-3'] }), 'assert'))).toBe('white')
  const withoutRace = applyClaim(recorded, claim({ deleted: ['race'] }), 'assert')
  expect([raceOf(withoutRace), withoutRace.extension?.length]).toEqual([undefined, 1])
  expect(applyClaim(withoutRace, claim({ deleted: ['ethnicity'] }), 'assert')).toEqual(person)
})
