import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { localCode } from '../inference/modules/anyecg/to-fhir/local-code.ts'
import type { ConditionLabel, LabelsAsset } from '../inference/modules/anyecg/types.ts'

export const LABELS_FILE = new URL('../inference/models/anyecg-1/labels.json', import.meta.url)
export const CONDITIONS_FILE = new URL('../fhir-profiles/fsh/codes/anyecg-conditions.fsh', import.meta.url)
export const CONCEPT_MAP_FILE = new URL('../fhir-profiles/fsh/codes/anyecg-icd10.fsh', import.meta.url)

const HEAD = '// Written by scripts/anyecg-concepts.ts from labels.json of anyecg-1: do not edit.'

/** Labels of the shipped folder. */
export const shippedLabels = (): ConditionLabel[] =>
  existsSync(LABELS_FILE) ? (JSON.parse(readFileSync(LABELS_FILE, 'utf8')) as LabelsAsset).labels : []

/** Each label as a concept of his-bundle-concepts: a condition, or a statement about the tracing. */
export function conditionConcepts(labels: readonly ConditionLabel[]): string {
  return [
    HEAD,
    'RuleSet: AnyEcgConditionConcepts',
    ...labels.flatMap((label) => {
      const code = `#${localCode(label.key)}`
      const kind = label.statement ? 'ecg-statement' : 'condition'
      return [
        `* ${code} ${quoted(label.title)} ${quoted(described(label))}`,
        `* ${code} ^property[0].code = #kind`,
        `* ${code} ^property[0].valueCode = #${kind}`
      ]
    }),
    ''
  ].join('\n')
}

/** The ICD-10 category that each condition was defined by. */
export function icd10Map(labels: readonly ConditionLabel[]): string {
  const mapped = labels.filter(({ icd10 }) => icd10 !== undefined)
  return [
    HEAD,
    'Instance: anyecg-icd10',
    'InstanceOf: ConceptMap',
    'Usage: #definition',
    'Title: "Conditions of AnyECG by ICD-10"',
    'Description: "The three-character category of ICD-10 by which each condition of the shipped AnyECG labels is known in the record. The category is the definition: a diagnosis coded within it is that condition."',
    '* url = "__BASE__/ConceptMap/anyecg-icd10"',
    '* name = "AnyEcgIcd10"',
    '* status = #active',
    '* experimental = false',
    '* sourceUri = "__BASE__/CodeSystem/his-bundle-concepts"',
    '* targetUri = "http://hl7.org/fhir/sid/icd-10"',
    '* group.source = "__BASE__/CodeSystem/his-bundle-concepts"',
    '* group.target = "http://hl7.org/fhir/sid/icd-10"',
    ...mapped.flatMap(({ key, title, icd10 }, i) => [
      `* group.element[${i}].code = #${localCode(key)}`,
      `* group.element[${i}].display = ${quoted(title)}`,
      `* group.element[${i}].target.code = #${icd10}`,
      `* group.element[${i}].target.equivalence = #equivalent`
    ]),
    ''
  ].join('\n')
}

function described({ title, icd10, statement, data }: ConditionLabel): string {
  const what = statement ? `Diagnostic superclass of the tracing: ${title}.` : `${title}.`
  return [
    what,
    ...(icd10 ? [`ICD-10 category ${icd10}.`] : []),
    `Truth in training: ${data}.`,
    'Method: module anyecg. Population: adults of 18 to 90 years.'
  ].join(' ')
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

if (import.meta.main) {
  const labels = shippedLabels()
  writeFileSync(CONDITIONS_FILE, conditionConcepts(labels))
  if (labels.some(({ icd10 }) => icd10)) writeFileSync(CONCEPT_MAP_FILE, icd10Map(labels))
}
