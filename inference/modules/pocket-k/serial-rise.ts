import type { Observation, RiskAssessment } from '@medplum/fhirtypes'
import type { RecordReader } from '../../../core/record.ts'
import { basisOf, SNOMED } from '../../../fhir-profiles/index.ts'
import { isEcg } from '../../record/reading.ts'

/** Results looked through for that of the reference, the latest acquisitions: two years of most people. */
const MAX_RESULTS = 200

/**
 * By how much P(K > 5.5) lies above what the same model said of the person's own reference tracing (specs 02 sections 6
 * and 8), which stands in the basis behind the tracing.
 *
 * @returns undefined without a reference, without a result of it, or when another model scored that
 */
export async function serialRise(result: RiskAssessment, record: RecordReader): Promise<number | undefined> {
  const now = probabilityOf(result)
  const reference = await referenceTracing(result, record)
  if (now === undefined || !reference) return undefined
  const query = `RiskAssessment?patient=${result.subject.reference}&_sort=-date&_count=${MAX_RESULTS}`
  const then = (await record.search<RiskAssessment>(query)).find(
    (one) =>
      !['cancelled', 'entered-in-error'].includes(one.status) &&
      one.performer?.reference === result.performer?.reference &&
      basisOf(one)[0]?.startsWith(`${reference}/`) &&
      probabilityOf(one) !== undefined
  )
  const before = then && probabilityOf(then)
  return before === undefined ? undefined : now - before
}

async function referenceTracing(result: RiskAssessment, record: RecordReader): Promise<string | undefined> {
  for (const input of basisOf(result).slice(1)) {
    if (!input.startsWith('Observation/')) continue
    const observation = await record.read<Observation>(input)
    if (observation && isEcg(observation)) return `Observation/${observation.id}`
  }
  return undefined
}

const probabilityOf = ({ prediction = [] }: RiskAssessment): number | undefined =>
  prediction.find(({ outcome }) => outcome?.coding?.some(({ code }) => code === SNOMED.hyperkalaemia.code))
    ?.probabilityDecimal
