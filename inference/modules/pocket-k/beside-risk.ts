import type { Observation, ObservationComponent } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../core/inference-module.ts'
import { ABSENT, type CodedConcept, concept, EXTENSION, HIS, PROFILE, quantity } from '../../../fhir-profiles/index.ts'
import type {
  PocketKFindings,
  PotassiumEstimate,
  ReferenceFindings,
  SegmentContribution,
  SerialChange,
  SignalVerdict
} from './types.ts'

type Scored = Extract<PocketKFindings, { kind: 'scored' }>
type Written = Observation & { id: string }

const RULE = 'A rule on the samples; no confidence is computed.'
const MEASURED = 'Measured on the waves of Lead I; no confidence is computed.'
const OCCLUDED = 'What this model says without a part of the beat; whether that is why is not known.'
const EXCHANGED =
  'What this model says with the usual part of the own earlier tracing in place of this one; whether that is why is not known.'
const ESTIMATED = 'How often the interval holds the potassium of patients here was not measured.'

const CHANGE: Record<SerialChange['name'], CodedConcept> = {
  't-amplitude': HIS['change-t-amplitude'],
  't-width': HIS['change-t-width'],
  'p-amplitude': HIS['change-p-amplitude'],
  'pr-interval': HIS['change-pr-interval'],
  'qrs-duration': HIS['change-qrs-duration']
}

/** The Observations beside a risk: verdict on the signal, and where there are any the estimate, the comparison and the explanation. */
export function besideRisk(found: Scored, context: ResultContext): Written[] {
  const { estimateAsked, potassium, reference, occlusion } = found
  return [
    qualityObservation(found.quality, context, found.clips),
    ...(estimateAsked ? [estimateObservation(potassium, context)] : []),
    ...(reference ? comparison(reference, context) : []),
    ...(occlusion.length > 0 ? [explanation(occlusion, reference, context)] : [])
  ]
}

/** Id role `quality`: the verdict with its reasons; of a strip with several clips the probability of each. */
export function qualityObservation(
  { verdict, reasons }: SignalVerdict,
  context: ResultContext,
  clips: number[] = []
): Written {
  return {
    ...base('quality', HIS['ecg-signal-quality'], context, RULE),
    valueCodeableConcept: { coding: [HIS[verdict]] },
    ...(reasons.length > 0 ? { interpretation: reasons.map((reason) => ({ coding: [codingOf(reason)] })) } : {}),
    ...(clips.length > 1
      ? { component: clips.map((value) => component(HIS['clip-probability'], round(value), '1')) }
      : {})
  }
}

/** Id role `estimated-potassium`: HisBundleEstimatedPotassiumShift; of a model without an interval the reason. */
function estimateObservation(estimate: PotassiumEstimate | undefined, context: ResultContext): Written {
  const written = base('estimated-potassium', HIS['estimated-potassium-shift'], context, ESTIMATED)
  const profiled = { ...written, meta: { profile: [PROFILE.estimatedPotassiumShift] } }
  if (!estimate) return { ...profiled, dataAbsentReason: concept(ABSENT.unsupported) }
  const [low, high] = estimate.interval
  return {
    ...profiled,
    valueQuantity: quantity(round(estimate.mean, 100), 'mmol/L'),
    extension: [
      ...(profiled.extension ?? []),
      {
        url: EXTENSION.predictionInterval,
        extension: [
          { url: 'low', valueDecimal: round(low, 100) },
          { url: 'high', valueDecimal: round(high, 100) },
          { url: 'coverage', valueDecimal: round(estimate.coverage) }
        ]
      }
    ]
  }
}

/** Id role `comparison`: this tracing minus the own reference, and what the score would be without it. */
function comparison({ ecg, without, changes }: ReferenceFindings, context: ResultContext): Written[] {
  const alone = without?.['k-gt-5.5']
  const components = [
    ...(alone === undefined ? [] : [component(HIS['probability-without-reference'], round(alone), '1')]),
    ...changes.map(({ name, now, earlier, unit }) => component(CHANGE[name], round(now - earlier, 100), unit))
  ]
  if (components.length === 0) return []
  const written = base('comparison', HIS['own-reference-comparison'], context, MEASURED)
  return [{ ...written, derivedFrom: [...(written.derivedFrom ?? []), { reference: ecg }], component: components }]
}

/** Id role `explanation`: each part of the beat with the fall of the logit without it, or with that of the own reference in its place. */
function explanation(
  parts: readonly SegmentContribution[],
  reference: ReferenceFindings | undefined,
  context: ResultContext
): Written {
  const isExchanged = parts.some(({ usual }) => usual)
  const written = base('explanation', HIS['occlusion-explanation'], context, isExchanged ? EXCHANGED : OCCLUDED)
  return {
    ...written,
    ...(isExchanged && reference
      ? { derivedFrom: [...(written.derivedFrom ?? []), { reference: reference.ecg }] }
      : {}),
    component: parts.map(({ segment, drop }) => component(HIS[`occlusion-${segment}`], round(drop, 100), '1'))
  }
}

/** About the tracing alone: what else is in the basis (a potassium, an earlier tracing) is named by whoever used it. */
function base(role: string, code: CodedConcept, context: ResultContext, noConfidence: string): Written {
  const { identity } = context
  return {
    resourceType: 'Observation',
    id: context.id(role),
    meta: { profile: [PROFILE.observation] },
    status: 'preliminary',
    code: concept(code),
    subject: { reference: identity.patient },
    ...(identity.encounter ? { encounter: { reference: identity.encounter } } : {}),
    effectiveDateTime: identity.acquiredAt ?? context.firstRunAt,
    method: { coding: [HIS['pocket-k']] },
    derivedFrom: identity.basis
      .filter((one) => one.startsWith('Observation/'))
      .slice(0, 1)
      .map((reference) => ({ reference })),
    extension: [{ url: EXTENSION.noConfidenceReason, valueString: noConfidence }]
  }
}

const component = (code: CodedConcept, value: number, unit: '1' | 'mV' | 'ms'): ObservationComponent => ({
  code: concept(code),
  valueQuantity: quantity(value, unit)
})

export const codingOf = (code: string): CodedConcept =>
  code in HIS ? HIS[code as keyof typeof HIS] : { system: HIS.acceptable.system, code, display: code }

/** Four decimals: finer than anything the model can mean, and the same text on every machine. Adding 0 makes one zero of two. */
export const round = (value: number, scale = 1e4): number => Math.round(value * scale) / scale + 0
