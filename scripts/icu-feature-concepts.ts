import { writeFileSync } from 'node:fs'
import {
  describe,
  FEATURES,
  featureCode,
  statisticInWords,
  unitOf,
  variableOf
} from '../inference/modules/cap-icu/feature-names.ts'

export const ICU_CONCEPTS_FILE = new URL('../fhir-profiles/fsh/codes/icu-features.fsh', import.meta.url)

/** Each input of an estimate of mortality as a concept of his-bundle-concepts, with what it is a statistic of and its unit. */
export function icuFeatureConcepts(features: readonly string[]): string {
  return [
    '// Written by scripts/icu-feature-concepts.ts from the features of cap-icu: do not edit.',
    'RuleSet: IcuFeatureConcepts',
    ...features.flatMap((feature) => {
      const code = `#${featureCode(feature)}`
      const { title } = describe(variableOf(feature))
      const words = statisticInWords(feature)
      const name = words === '' ? title : `${title}, ${words}`
      const span = feature === 'age' ? 'at admission' : 'over the window that the estimate covers'
      return [
        `* ${code} "${name}" "${name}, ${span}. Unit: ${unitOf(feature)}. Method: module cap-icu. Population: adults in intensive care."`,
        `* ${code} ^property[0].code = #kind`,
        `* ${code} ^property[0].valueCode = #observation`
      ]
    }),
    ''
  ].join('\n')
}

if (import.meta.main) writeFileSync(ICU_CONCEPTS_FILE, icuFeatureConcepts(FEATURES))
