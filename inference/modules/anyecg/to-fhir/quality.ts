import type { Observation } from '@medplum/fhirtypes'
import type { ResultContext } from '../../../../core/inference-module.ts'
import { concept, EXTENSION, HIS, type HisCode, PROFILE } from '../../../../fhir-profiles/index.ts'
import type { ProfileQuality } from '../types.ts'
import { about, acquiredAt, tracings } from './about.ts'
import { METHOD } from './codes.ts'

/** Verdict of the gate on the tracing, with coded reasons. */
export const qualityObservation = (
  { verdict, reasons }: ProfileQuality,
  context: ResultContext
): Observation & { id: string } => ({
  resourceType: 'Observation',
  id: context.id('quality'),
  meta: { profile: [PROFILE.observation] },
  extension: [{ url: EXTENSION.noConfidenceReason, valueString: 'A rule on the samples; no confidence is computed.' }],
  status: 'preliminary',
  code: concept(HIS['ecg-signal-quality']),
  ...about(context),
  effectiveDateTime: acquiredAt(context),
  valueCodeableConcept: concept(HIS[verdict]),
  ...(reasons.length > 0 ? { interpretation: reasons.map((reason) => concept(ours(reason))) } : {}),
  method: { coding: [METHOD] },
  derivedFrom: tracings(context).slice(0, 1)
})

const ours = (code: string) =>
  Object.hasOwn(HIS, code) ? HIS[code as HisCode] : { system: METHOD.system, code, display: code }
