import { authorityOfSystem, authoritySystem } from './authority.ts'

test.each([
  ['1.2.3', 'urn:oid:1.2.3'],
  ['HOSP', 'urn:hisbundle:authority:HOSP'],
  ['http://h/ids?a=1%', 'urn:hisbundle:authority:http%3A%2F%2Fh%2Fids%3Fa%3D1%25']
])('%s is %s and back', (authority, system) => {
  expect(authoritySystem(authority)).toBe(system)
  expect(authorityOfSystem(system)).toBe(authority)
})

test('another URI is the authority itself, broken escapes too', () => {
  expect(authorityOfSystem('http://hospital.example/mrn')).toBe('http://hospital.example/mrn')
  expect(authorityOfSystem('urn:hisbundle:authority:100%')).toBe('urn:hisbundle:authority:100%')
})
