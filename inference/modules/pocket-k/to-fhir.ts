import type {
  BundleEntry,
  CodeableConcept,
  DiagnosticReport,
  Observation,
  Resource,
  RiskAssessment,
  RiskAssessmentPrediction
} from '@medplum/fhirtypes'
import type { ModuleOutcome, ResultContext } from '../../../core/inference-module.ts'
import { confidenceExtension } from '../../../fhir-profiles/builders/ai-confidence.ts'
import { performanceExtension } from '../../../fhir-profiles/builders/performance.ts'
import { refusalCoding, refusedPrediction, refusedReport } from '../../../fhir-profiles/builders/refusal.ts'
import {
  type CodedConcept,
  concept,
  EXTENSION,
  HIS,
  PROFILE,
  riskReport,
  SNOMED,
  SYSTEM
} from '../../../fhir-profiles/index.ts'
import { minutesFrom } from '../../record/times.ts'
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
 * RiskAssessment (HisBundleHyperkalemiaRisk) with id `resultId`, quality Observation `quality`, DiagnosticReport `report`
 * (specs 02 section 6, README section J). A refusal is the same three as `cancelled`, coded, and without any number.
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
    if (value === undefined || hidden.has(label)) return []
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
  return [
    put(risk),
    put(qualityObservation(found.quality, context, found.clips)),
    put(report(context, { status: 'preliminary', conclusion: found.explanation.join(' '), hasQuality: true }))
  ]
}

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
  const base = report(context, {
    status,
    conclusion: refusalText({ code, detail, quality }),
    hasQuality: quality !== undefined
  })
  return [
    put(risk),
    ...(quality ? [put(qualityObservation(quality, context))] : []),
    put({ ...base, extension: [...(base.extension ?? []), ...(extension ?? [])] })
  ]
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

function qualityObservation(
  { verdict, reasons }: SignalVerdict,
  context: ResultContext,
  clips: number[] = []
): Observation & { id: string } {
  return {
    resourceType: 'Observation',
    id: context.id('quality'),
    meta: { profile: [PROFILE.observation] },
    status: 'preliminary',
    code: { coding: [HIS['ecg-signal-quality']] },
    ...about(context),
    effectiveDateTime: context.identity.acquiredAt ?? context.firstRunAt,
    valueCodeableConcept: { coding: [HIS[verdict]] },
    ...(reasons.length > 0 ? { interpretation: reasons.map((reason) => ({ coding: [codingOf(reason)] })) } : {}),
    method: { coding: [HIS['pocket-k']] },
    derivedFrom: context.identity.basis
      .filter((one) => one.startsWith('Observation/'))
      .map((reference) => ({ reference })),
    extension: [
      { url: EXTENSION.noConfidenceReason, valueString: 'A rule on the samples; no confidence is computed.' }
    ],
    ...(clips.length > 1
      ? {
          component: clips.map((value) => ({
            code: { coding: [HIS['clip-probability']] },
            valueQuantity: { value: round(value), system: SYSTEM.ucum, code: '1' }
          }))
        }
      : {})
  }
}

function report(
  context: ResultContext,
  { status, conclusion, hasQuality }: { status: DiagnosticReport['status']; conclusion: string; hasQuality: boolean }
): DiagnosticReport & { id: string } {
  return riskReport({
    id: context.id('report'),
    status,
    risk: context.resultId,
    order: context.identity.order?.reference,
    code: HIS['pocket-k'],
    about: about(context),
    at: context.identity.acquiredAt ?? context.firstRunAt,
    observations: hasQuality ? [context.id('quality')] : [],
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

const codingOf = (code: string): CodedConcept =>
  code in HIS ? HIS[code as keyof typeof HIS] : { system: HIS.acceptable.system, code, display: code }

/** Four decimals: finer than anything the model can mean, and the same text on every machine. */
const round = (value: number): number => Math.round(value * 1e4) / 1e4
const put = (resource: Resource): BundleEntry => ({
  resource,
  request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
})
