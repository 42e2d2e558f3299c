import type { Coding, Observation, Quantity, RiskAssessment, RiskAssessmentPrediction } from '@medplum/fhirtypes'
import { formatProbability, type OruObservation } from '../../adapters/hl7v2/oru.ts'
import { EXTENSION, refusalOf, SYSTEM } from '../../fhir-profiles/index.ts'

/** What every OBX of a result carries alike: OBX-11, -14, -17, -18. */
export interface ObxCommon {
  status: string
  time?: string
  method?: string
  equipment: readonly string[]
}

/** OBX-11 of a result that was taken back: HL7 table 0085 `W` wrong (another person's), `D` deleted. */
export const isTakenBack = (status: string): boolean => status === 'W' || status === 'D'

const DESIGNATOR: Record<string, string> = { [SYSTEM.snomed]: 'SCT', [SYSTEM.loinc]: 'LN', [SYSTEM.mdc]: 'MDC' }

/**
 * One OBX for each outcome: NM 0..1, three decimals, empty OBX-6. An outcome that is told for several horizons says in its NTE for
 * which one, and what is known of its reliability; one without a number is `X` and says why.
 */
export const predictedObservations = ({ prediction }: RiskAssessment, common: ObxCommon): OruObservation[] =>
  (prediction ?? []).map((predicted, index) => {
    const { outcome, probabilityDecimal, qualitativeRisk } = predicted
    const isAbsent = probabilityDecimal === undefined || common.status === 'X'
    return {
      ...basic(outcome?.coding?.[0], index, common, outcome?.text),
      content: isAbsent ? { type: 'none' } : { type: 'NM', value: formatProbability(probabilityDecimal) },
      ...(isAbsent && !isTakenBack(common.status) ? { status: 'X' } : {}),
      ...(FLAGGED.includes(qualitativeRisk?.coding?.[0]?.code ?? '') ? { flags: 'A' } : {}),
      ...(isAbsent && common.status !== 'X' ? reasonNotes(predicted) : horizonNotes(predicted))
    }
  })

/** SNOMED CT 15508007, high; raised against people of the same age and sex. */
const FLAGGED = ['15508007', 'condition-raised']

function horizonNotes({ whenRange, rationale }: RiskAssessmentPrediction): Pick<OruObservation, 'notes'> {
  const years = whenRange?.high?.value
  if (years === undefined || !rationale) return {}
  return { notes: [years === 0 ? 'Now.' : `New within ${years} year${years === 1 ? '' : 's'}.`, rationale] }
}

/** Why this one has no number where the others have theirs. */
const reasonNotes = ({ rationale }: RiskAssessmentPrediction): Pick<OruObservation, 'notes'> =>
  rationale ? { notes: [rationale] } : {}

/**
 * One OBX for each Observation beside a risk that is one quantity (an estimate that the site asked for), behind the outcomes; its
 * interval stands in its NTE. None of a refusal.
 */
export const besideObservations = (
  { prediction = [] }: RiskAssessment,
  beside: readonly Observation[],
  common: ObxCommon
): OruObservation[] =>
  common.status === 'X'
    ? []
    : measuredObservations({} as Observation, beside, common).map((one, i) => ({
        ...one,
        subId: String(prediction.length + i + 1)
      }))

/**
 * One OBX for each member that is one quantity (intervals, axes, rates): NM, UCUM unit, reference range. What was not
 * measured has OBX-11 `X` and says why in its NTE. Groups stay in the FHIR result and its table. A panel that refuses is one
 * OBX of its own code.
 */
export function measuredObservations(
  panel: Observation,
  members: readonly Observation[],
  common: ObxCommon
): OruObservation[] {
  if (common.status === 'X') return [{ ...basic(panel.code?.coding?.[0], 0, common), content: { type: 'none' } }]
  return members
    .filter(({ component, valueQuantity, dataAbsentReason }) => !component && (valueQuantity || dataAbsentReason))
    .map((member, index) => {
      const { valueQuantity: value } = member
      const range = rangeText(member)
      return {
        ...basic(member.code?.coding?.[0], index, common),
        ...(value?.value === undefined
          ? {
              content: { type: 'none' as const },
              status: 'X',
              notes: [`Not measured: ${refusalOf(member) ?? member.dataAbsentReason?.coding?.[0]?.code ?? 'unknown'}`]
            }
          : { content: { type: 'NM' as const, value: value.value }, ...unitOf(value), ...intervalNotes(member) }),
        ...(range ? { referenceRange: range } : {})
      }
    })
}

function basic(
  coding: Coding | undefined,
  index: number,
  { method, ...common }: ObxCommon,
  text?: string
): Omit<OruObservation, 'content'> {
  return {
    ...common,
    code: {
      code: coding?.code ?? 'unknown',
      // What the result calls it where that is more than the code's name: SIMULATED.
      display: text ?? coding?.display,
      system: DESIGNATOR[coding?.system ?? ''] ?? '99HISB'
    },
    subId: String(index + 1),
    ...(method ? { method: { code: method, system: '99HISB' } } : {})
  }
}

/** The prediction interval of an estimate: OBX-7 is for reference ranges. */
function intervalNotes({ extension = [], valueQuantity }: Observation): Pick<OruObservation, 'notes'> {
  const parts = extension.find(({ url }) => url === EXTENSION.predictionInterval)?.extension ?? []
  const [low, high, coverage] = ['low', 'high', 'coverage'].map(
    (name) => parts.find(({ url }) => url === name)?.valueDecimal
  )
  if (low === undefined || high === undefined || coverage === undefined) return {}
  return { notes: [`${Math.round(coverage * 100)} % interval ${low} to ${high} ${valueQuantity?.unit ?? ''}`.trim()] }
}

const unitOf = ({ code }: Quantity): Pick<OruObservation, 'units'> =>
  code && code !== '1' ? { units: { code, display: code, system: 'UCUM' } } : {}

/** OBX-7: '120-200', '>120', '<450' (HL7 2.5.1 section 7.4.2.7). */
function rangeText({ referenceRange }: Observation): string | undefined {
  const { low, high } = referenceRange?.[0] ?? {}
  if (low?.value !== undefined && high?.value !== undefined) return `${low.value}-${high.value}`
  if (high?.value !== undefined) return `<${high.value}`
  return low?.value === undefined ? undefined : `>${low.value}`
}
