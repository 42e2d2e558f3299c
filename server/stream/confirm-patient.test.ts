import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patient } from '@medplum/fhirtypes'
import type { SubjectClaim } from '../../core/decoded.ts'
import { authoritySystem } from '../../fhir-profiles/index.ts'
import { TAG } from '../record/marks.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { confirmPatient } from './confirm-patient.ts'

/** Rules section 2: the patient of a live connection is on record, and name and birth date are the ones there. */
let dir: string
let store: ServerStore
const person = (id: string, more: Partial<Patient> = {}): Patient & { id: string } => ({
  resourceType: 'Patient',
  id,
  active: true,
  identifier: [{ system: authoritySystem('HOSP'), value: id.toUpperCase() }],
  name: [{ family: 'Müller-Lüdenscheidt', given: ['Änne', 'Ida'] }],
  birthDate: '1951-03-09',
  ...more
})
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hb-confirm-'))
  store = storeOf({ dir })
  await store.start()
  const resources = [
    person('p1'),
    person('p2', { birthDate: undefined }),
    person('p3', { name: [] }),
    person('p4', { active: false }),
    person('p5', { meta: { tag: [TAG.unidentifiedPatient] } }),
    person('old', { active: false, link: [{ type: 'replaced-by', other: { reference: 'Patient/p1' } }] }),
    person('odd', {
      active: false,
      name: [{ family: 'Other' }],
      link: [{ type: 'replaced-by', other: { reference: 'Patient/p1' } }]
    })
  ]
  await store.write(
    resources.map((resource) => ({ resource })),
    { kind: 'admin' }
  )
}, 60_000)
afterAll(async () => {
  await store.stop()
  rmSync(dir, { recursive: true, force: true })
})

const claim = (value: string, more: Partial<SubjectClaim> = {}): SubjectClaim => ({
  identifiers: [{ value, authority: 'HOSP' }],
  family: 'MUELLER LUEDENSCHEIDT',
  birthDate: '1951-03-09',
  ...more
})

test.each<[string, SubjectClaim]>([
  ['a family name in another spelling', claim('P1', { family: 'muller  ludenscheidt' })],
  ['the given name too', claim('P1', { family: 'Müller-Lüdenscheidt', given: ['ANNE'] })],
  ['a number that was merged into hers', claim('OLD', { family: 'Müller-Lüdenscheidt' })]
])('confirms %s', async (_what, given) => {
  await expect(confirmPatient(store, given, undefined)).resolves.toBeUndefined()
})

test.each<[string, SubjectClaim]>([
  ['an unknown number', claim('P9', { family: 'Müller-Lüdenscheidt' })],
  [
    'a number of another authority',
    { ...claim('P1', { family: 'Müller-Lüdenscheidt' }), identifiers: [{ value: 'P1', authority: 'ELSEWHERE' }] }
  ],
  ['another birth date', claim('P1', { family: 'Müller-Lüdenscheidt', birthDate: '1951-03-10' })],
  ['another family name', claim('P1', { family: 'Meier' })],
  ['another given name', claim('P1', { family: 'Müller-Lüdenscheidt', given: ['Ida'] })],
  ['no family name', claim('P1', { family: undefined })],
  ['no birth date on record', claim('P2', { family: 'Müller-Lüdenscheidt' })],
  ['no name on record', claim('P3', { family: 'Müller-Lüdenscheidt' })],
  ['a record that is not active', claim('P4', { family: 'Müller-Lüdenscheidt' })],
  ['a person nobody has identified', claim('P5', { family: 'Müller-Lüdenscheidt' })],
  ['a merged record that says otherwise', claim('ODD', { family: 'Müller-Lüdenscheidt' })],
  ['a placeholder', claim('UNKNOWN')]
])('does not confirm %s, and says no more than that', async (_what, given) => {
  await expect(confirmPatient(store, given, undefined)).rejects.toMatchObject({
    code: 'PATIENT_MISMATCH',
    at: 'hello.patient',
    reason: undefined
  })
})

test("an identifier without authority is the feed's, and of a feed without one nobody's", async () => {
  const bare = { ...claim('P1', { family: 'Müller-Lüdenscheidt' }), identifiers: [{ value: 'P1' }] }
  await expect(confirmPatient(store, bare, 'HOSP')).resolves.toBeUndefined()
  await expect(confirmPatient(store, bare, undefined)).rejects.toMatchObject({ code: 'AUTHORITY_UNKNOWN' })
})
