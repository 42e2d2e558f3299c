import { readFileSync } from 'node:fs'
import { HIS, HIS_KIND } from '../fhir-profiles/index.ts'
import { FEATURES, featureCode } from '../inference/modules/cap-icu/feature-names.ts'
import { featuresOf } from '../inference/modules/cap-icu/features.ts'
import { BANDS } from '../inference/modules/cap-icu/types.ts'
import { warmUp } from '../inference/modules/cap-icu/warm-up.ts'
import { ICU_CONCEPTS_FILE, icuFeatureConcepts } from '../scripts/icu-feature-concepts.ts'

test('the concepts of the guide are the features of cap-icu: run scripts/icu-feature-concepts.ts, then npm run profiles', () => {
  expect(readFileSync(ICU_CONCEPTS_FILE, 'utf8')).toBe(icuFeatureConcepts(FEATURES))
  for (const feature of FEATURES) expect([feature, featureCode(feature) in HIS]).toEqual([feature, true])
})

test('every statistic that is made of a stay has its concept', () => {
  const values = [
    'fio2',
    'pao2',
    'systolic-pressure',
    'diastolic-pressure',
    'ventilation',
    'weight',
    'bilirubin'
  ].flatMap((variable) => [1, 20].map((hours) => ({ variable, hours, value: variable === 'ventilation' ? 1 : 60 })))
  const stay = warmUp()
  const made = Object.keys(featuresOf({ ...stay, values: [...(stay.values ?? []), ...values] }))
  expect(made.filter((feature) => !FEATURES.includes(feature))).toEqual([])
  expect(made).toContain('pf-ratio.min')
})

test('every band and every model column that a module may refuse by has its concept', () => {
  for (const band of BANDS) expect([band, `icu-risk-${band}` in HIS]).toEqual([band, true])
  for (const code of ['data-insufficient', 'too-early', 'comfort-care', 'encounter-merged', 'demographics-missing'])
    expect([code, (HIS_KIND as Record<string, string>)[code]]).toEqual([code, 'refusal'])
})
