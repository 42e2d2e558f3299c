import type { AlertDecision } from '../../../core/inference-module.ts'
import type { LeadingResult } from '../../../core/leading-result.ts'
import type { RecordReader } from '../../../core/record.ts'
import { settingsOf } from './policy.ts'
import { localCode } from './to-fhir/local-code.ts'
import { saidBy } from './to-fhir/read-back.ts'

/** Does the stored profile call for an alert that the site armed? None by default (specs 04 section 6). Hidden labels never do. */
export async function alert(
  result: LeadingResult,
  _record: RecordReader,
  policy: Record<string, unknown>
): Promise<AlertDecision | undefined> {
  const { alerts } = settingsOf(policy)
  if (alerts.length === 0 || result.resourceType !== 'RiskAssessment') return undefined
  if (['cancelled', 'entered-in-error'].includes(result.status)) return undefined
  const said = saidBy(result)
  for (const { label, from, years = 0 } of alerts) {
    const code = localCode(label)
    const found = said.find((one) => one.code === code && one.years === years)
    if (!found || found.probability < from) continue
    const outcome = result.prediction?.find((one) =>
      one.outcome?.coding?.some((coding) => coding.code === code)
    )?.outcome
    const when = years === 0 ? '' : ` within ${years} years`
    return {
      raise: true,
      band: code,
      rank: 1,
      text: `${outcome?.text ?? label}${when}: at or above the site's limit on one ECG. Confirm by the standard test.`
    }
  }
  return undefined
}
