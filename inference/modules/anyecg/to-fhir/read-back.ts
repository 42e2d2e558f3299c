import type { Observation, RiskAssessment, RiskAssessmentPrediction } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../../core/record.ts'
import { instantOf } from '../../../record/times.ts'
import { keyOfOutcome } from './codes.ts'

/** What a stored prediction says: the label by its local code, the horizon (0: now) and the number. */
export interface Said {
  code: string
  years: number
  probability: number
}

/** The numbers of a stored profile; of labels that his-bundle-concepts does not know, none. */
export const saidBy = ({ prediction = [] }: RiskAssessment): Said[] => prediction.flatMap(saidIn)

function saidIn({ outcome, whenRange, probabilityDecimal }: RiskAssessmentPrediction): Said[] {
  const code = keyOfOutcome(outcome)
  const years = whenRange?.high?.value
  return code === undefined || years === undefined || probabilityDecimal === undefined
    ? []
    : [{ code, years, probability: probabilityDecimal }]
}

/** When the tracing of a profile was acquired: the profile itself names the tracing. */
export async function acquisitionOf(
  { basis }: Pick<RiskAssessment, 'basis'>,
  record: Pick<RecordReader, 'read'>
): Promise<string | undefined> {
  const tracing = basis?.[0]?.reference
  if (!tracing?.startsWith('Observation/')) return undefined
  return instantOf((await record.read<Observation>(tracing))?.effectiveDateTime)
}
