import type {
  BundleEntry,
  CodeableConcept,
  DiagnosticReport,
  Resource,
  RiskAssessment,
  RiskAssessmentPrediction
} from '@medplum/fhirtypes'
import type { ModuleOutcome, ResultContext } from '../../../core/inference-module.ts'
import { confidenceExtension } from '../../../fhir-profiles/builders/ai-confidence.ts'
import { performanceExtension } from '../../../fhir-profiles/builders/performance.ts'
import { refusalCoding, refusedPrediction, refusedReport } from '../../../fhir-profiles/builders/refusal.ts'
import { FHIR_EXTENSION } from '../../../fhir-profiles/codes/extensions.ts'
import { ABSENT, type CodedConcept, concept, HIS, PROFILE, riskReport, SNOMED } from '../../../fhir-profiles/index.ts'
import { minutesFrom } from '../../record/times.ts'
import { besideRisk, codingOf, qualityObservation, round } from './beside-risk.ts'
import type { Band, Label, PocketKFindings, SignalVerdict } from './types.ts'

type Scored = Extract<PocketKFindings, { kind: 'scored' }>
type Refused = { code: string; detail?: string; quality?: SignalVerdict }

const MITIGATION = 'Confirm with venous potassium.'
const NO_CONFIDENCE =
  'The model gives the probability of the outcome; how often its answers are right here was not measured.'

const OUTCOMES: { label: Label; outcome: CodedConcept; rationale: string }[] = [
  { label: 'k-gt-5.5', outcome: SNOMED.hyperkalaemia, rationale: 'venous K > 5.5 mmol/L within 1 h' },
  {
    label: 'k-ge-6.0',
    outcome: HIS['hyperkalaemia-ge-6.0'],
    rationale: 'venous K >= 6.0 mmol/L within 1 h'
  },
  {
    label: 'k-lt-3.5',
    outcome: HIS['hypokalaemia-lt-3.5'],
    rationale: 'venous K < 3.5 mmol/L within 1 h'
  }
]

/**
 * RiskAssessment (HisBundleHyperkalemiaRisk) with id `resultId`, the Observations beside it (`quality`, and where there are any
 * `estimated-potassium`, `comparison`, `explanation`), DiagnosticReport `report` (specs 02 section 6, README section J). A
 * refusal is risk, quality and report, `cancelled`, coded, and without any number.
 */
export function toFhir(outcome: ModuleOutcome<PocketKFindings>, context: ResultContext): BundleEntry[] {
  if (outcome.kind === 'refusal') return refusal(outcome, context)
  const { findings } = outcome
  return findings.kind === 'refused' ? refusal(findings, context) : result(findings, context)
}

function result(found: Scored, context: ResultContext): BundleEntry[] {
  const hidden = hiddenLabels(context)
  const predictions = OUTCOMES.flatMap(({ label, outcome, rationale }): RiskAssessmentPrediction[] => {
    const value = found.probabilities[label]
    if (hidden.has(label)) return []
    // A model that does not answer this at all says so where the answer would stand (specs 02 section 4).
    if (value === undefined)
      return found.unsupported.some((one) => one === label) ? [unsupported(outcome, context)] : []
    const band = found.bands[label]
    const isLeading = label === 'k-gt-5.5'
    return [
      {
        ...(isLeading && found.performance ? { extension: [performanceExtension(found.performance)] } : {}),
        outcome: concept(outcome),
        probabilityDecimal: round(value),
        ...(band ? { qualitativeRisk: bandConcept(band) } : {}),
        ...whenPeriod(context),
        rationale: found.calibrated ? rationale : `${rationale}; score, not a probability`
      }
    ]
  })
  const risk: RiskAssessment = {
    ...riskBase(context),
    status: 'preliminary',
    extension: [confidenceExtension({ none: NO_CONFIDENCE })],
    prediction: predictions
  }
  const beside = besideRisk(found, context)
  const conclusion = found.explanation.join(' ')
  return [risk, ...beside, report(context, { status: 'preliminary', conclusion, observations: beside })].map(put)
}

const unsupported = (outcome: CodedConcept, context: ResultContext): RiskAssessmentPrediction => ({
  extension: [{ url: FHIR_EXTENSION.dataAbsentReason, valueCode: ABSENT.unsupported.code }],
  outcome: concept(outcome),
  ...whenPeriod(context),
  rationale: 'This model does not answer it.'
})

/** Outputs that the model's own card found not worth showing (model.json `show: false`): computed, never told. */
function hiddenLabels({ models }: ResultContext): Set<string> {
  const labels = models.flatMap(({ manifest }) => manifest.outputs.flatMap((output) => output.labels ?? []))
  return new Set(labels.filter(({ show }) => show === false).map(({ key }) => key))
}

function refusal({ code, detail, quality }: Refused, context: ResultContext): BundleEntry[] {
  const risk: RiskAssessment = {
    ...riskBase(context),
    status: 'cancelled',
    prediction: [{ ...refusedPrediction(code, OUTCOMES[0]!.outcome), ...whenPeriod(context) }]
  }
  const { status, extension } = refusedReport(code)
  const observations = quality ? [qualityObservation(quality, context)] : []
  const base = report(context, { status, conclusion: refusalText({ code, detail, quality }), observations })
  return [risk, ...observations, { ...base, extension: [...(base.extension ?? []), ...(extension ?? [])] }].map(put)
}

function refusalText({ code, detail, quality }: Refused): string {
  return [
    `No score: ${refusalCoding(code).display}.`,
    ...(detail === 'order-timeout' ? ['No usable ECG came in the time allowed.'] : []),
    ...(quality?.reasons.length
      ? [`Signal: ${quality.reasons.map((reason) => codingOf(reason).display).join(', ')}.`]
      : []),
    MITIGATION
  ].join(' ')
}

function riskBase(context: ResultContext): Omit<RiskAssessment, 'status' | 'prediction'> & { id: string } {
  const { identity } = context
  return {
    resourceType: 'RiskAssessment',
    id: context.resultId,
    meta: { profile: [PROFILE.hyperkalemiaRisk] },
    ...(identity.order ? { basedOn: { reference: identity.order.reference } } : {}),
    method: { coding: [HIS['pocket-k']] },
    ...about(context),
    occurrenceDateTime: context.firstRunAt,
    basis: identity.basis.map((reference) => ({ reference })),
    mitigation: MITIGATION
  }
}

function report(
  context: ResultContext,
  {
    status,
    conclusion,
    observations
  }: { status: DiagnosticReport['status']; conclusion: string; observations: readonly { id: string }[] }
): DiagnosticReport & { id: string } {
  return riskReport({
    id: context.id('report'),
    status,
    risk: context.resultId,
    order: context.identity.order?.reference,
    code: HIS['pocket-k'],
    about: about(context),
    at: context.identity.acquiredAt ?? context.firstRunAt,
    observations: observations.map(({ id }) => id),
    conclusion
  })
}

const about = ({ identity }: ResultContext) => ({
  subject: { reference: identity.patient },
  ...(identity.encounter ? { encounter: { reference: identity.encounter } } : {})
})

function whenPeriod({ identity, firstRunAt }: ResultContext): Pick<RiskAssessmentPrediction, 'whenPeriod'> {
  const at = identity.acquiredAt ?? firstRunAt
  return { whenPeriod: { start: minutesFrom(at, -60), end: minutesFrom(at, 60) } }
}

/** The band's name in text, the nearest public concept as code. */
function bandConcept(band: Band): CodeableConcept {
  const coding = {
    low: SNOMED.riskLow,
    medium: SNOMED.riskModerate,
    high: SNOMED.riskHigh,
    'very-high': SNOMED.riskHigh
  }[band]
  return { coding: [coding], text: band }
}

const put = (resource: Resource): BundleEntry => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
})
