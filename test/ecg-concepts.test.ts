import { readFileSync } from 'node:fs'
import { HIS } from '../fhir-profiles/index.ts'
import { CATALOGUE } from '../inference/modules/ecgomics/features/catalogue.ts'
import { LEAD_GROUPS, localCoding, OWN } from '../inference/modules/ecgomics/to-fhir/codes.ts'
import { ABSENT_REASONS } from '../inference/modules/ecgomics/types.ts'
import { CONCEPTS_FILE, featureConcepts } from '../scripts/ecg-feature-concepts.ts'

test('the concepts of the guide are those of the catalogue: run scripts/ecg-feature-concepts.ts, then npm run profiles', () => {
  expect(readFileSync(CONCEPTS_FILE, 'utf8')).toBe(featureConcepts(CATALOGUE))
  for (const { id, name } of CATALOGUE) expect(localCoding(id).display).toBe(name)
})

test('what is written as Observations of its own or by lead is in the catalogue', () => {
  const ids = new Set(CATALOGUE.map(({ id }) => id))
  for (const id of [...OWN, ...Object.values(LEAD_GROUPS).flat()]) expect([id, ids.has(id)]).toEqual([id, true])
})

test('every reason of absence is a refusal of the guide', () => {
  for (const reason of ABSENT_REASONS) expect([reason, reason in HIS]).toEqual([reason, true])
})
