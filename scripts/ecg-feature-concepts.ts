import { readFileSync, writeFileSync } from 'node:fs'
import { CATALOGUE } from '../inference/modules/ecgomics/features/catalogue.ts'
import { localCode } from '../inference/modules/ecgomics/to-fhir/local-code.ts'
import type { FeatureDefinition } from '../inference/modules/ecgomics/types.ts'

export const CONCEPTS_FILE = new URL('../fhir-profiles/fsh/codes/ecg-features.fsh', import.meta.url)

/** The catalogue as concepts of his-bundle-concepts: a definition with formula, unit, source and method for each feature. */
export function featureConcepts(catalogue: readonly FeatureDefinition[]): string {
  return [
    '// Written by scripts/ecg-feature-concepts.ts from the catalogue of ECGomics: do not edit.',
    'RuleSet: EcgFeatureConcepts',
    ...catalogue.flatMap((definition) => {
      const code = `#${localCode(definition.id)}`
      return [
        `* ${code} ${quoted(definition.name)} ${quoted(described(definition))}`,
        `* ${code} ^property[0].code = #kind`,
        `* ${code} ^property[0].valueCode = #observation`
      ]
    }),
    ''
  ].join('\n')
}

const described = ({ definition, formula, unit, scope, reference }: FeatureDefinition): string =>
  [
    definition,
    ...(formula ? [`Formula: ${formula}.`] : []),
    `Unit: ${unit}, ${scope === 'lead' ? 'of one lead' : 'of the recording'}.`,
    `Reference: ${reference}.`,
    'Method: module ecgomics. Population: any unless said.'
  ].join(' ')

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

if (import.meta.main) {
  const text = featureConcepts(CATALOGUE)
  if (readFileSync(CONCEPTS_FILE, { encoding: 'utf8', flag: 'a+' }) !== text) writeFileSync(CONCEPTS_FILE, text)
}
