import { existsSync, readFileSync } from 'node:fs'
import type { ConditionLabel, LabelsAsset } from './types.ts'

/** Asset of the shipped folder; a site's own labels are not in the closed loop. */
const LABELS_FILE = new URL('../../models/anyecg-1/labels.json', import.meta.url)

let shipped: ConditionLabel[] | undefined

/** Conditions of the shipped labels that a record can name: by ICD-10 or a public code. */
export function shippedConditions(): readonly ConditionLabel[] {
  shipped ??= existsSync(LABELS_FILE)
    ? (JSON.parse(readFileSync(LABELS_FILE, 'utf8')) as LabelsAsset).labels.filter(
        ({ statement, icd10, coding }) => !statement && (icd10 !== undefined || coding !== undefined)
      )
    : []
  return shipped
}
