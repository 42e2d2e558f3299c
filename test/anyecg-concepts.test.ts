import { readFileSync } from 'node:fs'
import { HIS, HIS_KIND, isRefusalCode } from '../fhir-profiles/index.ts'
import { outcomeOf } from '../inference/modules/anyecg/to-fhir/codes.ts'
import { localCode } from '../inference/modules/anyecg/to-fhir/local-code.ts'
import {
  CONCEPT_MAP_FILE,
  CONDITIONS_FILE,
  conditionConcepts,
  icd10Map,
  shippedLabels
} from '../scripts/anyecg-concepts.ts'
import { snomedCheck } from './support/check-digits.ts'

const labels = shippedLabels()

test('the concepts and the ICD-10 map of the guide are the shipped labels: run scripts/anyecg-concepts.ts, then npm run profiles', () => {
  expect(readFileSync(CONDITIONS_FILE, 'utf8')).toBe(conditionConcepts(labels))
  expect(readFileSync(CONCEPT_MAP_FILE, 'utf8')).toBe(icd10Map(labels))
  for (const { key, statement } of labels)
    expect([key, (HIS_KIND as Record<string, string>)[localCode(key)]]).toEqual([
      key,
      statement ? 'ecg-statement' : 'condition'
    ])
})

test('every shipped condition has a category of ICD-10 of its own, and its public code is a SNOMED CT identifier', () => {
  const categories = labels.flatMap(({ icd10 }) => icd10 ?? [])
  expect(categories.every((code) => /^[A-Z]\d{2}$/.test(code))).toBe(true)
  expect(new Set(categories).size).toBe(categories.length)
  for (const { coding } of labels)
    if (coding) expect([coding.code, snomedCheck(coding.code!)]).toEqual([coding.code, true])
})

test('an outcome is coded in our system, with the public code in front where there is one, and says SIMULATED where it is', () => {
  for (const label of labels) {
    const { coding, text } = outcomeOf(label)
    expect(coding?.at(-1)).toEqual({ ...HIS[localCode(label.key) as keyof typeof HIS] })
    expect(coding).toHaveLength(label.coding ? 2 : 1)
    expect(text?.startsWith('SIMULATED ')).toBe(label.data === 'simulated')
  }
})

test('every code that the module refuses by is known', () => {
  for (const code of [
    'demographics-missing',
    'age-out-of-range',
    'paced',
    'lead-missing',
    'lead-reversal',
    'out-of-distribution'
  ])
    expect([code, isRefusalCode(code)]).toEqual([code, true])
})
