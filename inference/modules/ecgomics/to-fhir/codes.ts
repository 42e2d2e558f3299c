import {
  type CodedConcept,
  DCM,
  HIS,
  type HisCode,
  LOINC,
  leadByName,
  leadByNumber,
  SYSTEM
} from '../../../../fhir-profiles/index.ts'
import type { FeatureDefinition } from '../types.ts'
import { localCode } from './local-code.ts'

/** Method of everything this module says. */
export const METHOD = HIS.ecgomics
/** Role word of the feature table: the id of its DocumentReference follows from it. */
export const TABLE_ROLE = 'table'

/** Quantities that stand as Observations of their own, in the order of the report and of an ORU. */
export const OWN = [
  'heart.rate',
  'p.duration',
  'pr.interval',
  'qrs.duration',
  'qt.interval',
  'qt.bazett',
  'qt.fridericia',
  'qt.framingham',
  'qt.hodges',
  'p.axis',
  'qrs.axis',
  't.axis'
] as const

/** Observation.method where the formula of the correction is the method (codes.md section 2, CID 3678). */
export const FORMULA: Readonly<Record<string, CodedConcept>> = {
  'qt.bazett': DCM.bazett,
  'qt.fridericia': DCM.fridericia,
  'qt.framingham': DCM.framingham,
  'qt.hodges': DCM.hodges
}

/** Groups of lead-wise quantities; lead features that stand in none of them are in the table only. */
export const LEAD_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'ecg-lead-amplitudes': ['p.amplitude', 'q.amplitude', 'r.amplitude', 's.amplitude', 't.amplitude'],
  'ecg-lead-st': ['st.j', 'st.j60'],
  'ecg-lead-durations': ['q.duration', 'qt.lead']
}

/** Codings of a feature: the public code first and alone where one is known, else ours (codes.md, head). */
export function featureCodings({ id, code }: FeatureDefinition): CodedConcept[] {
  // The vital sign that every reader knows, and what it was counted from.
  if (id === 'heart.rate') return [LOINC.heartRate, LOINC.heartRateByEkg]
  return code ? [{ system: code.system, code: code.code, display: code.display ?? code.code }] : [localCoding(id)]
}

/** Our own coding of a feature. */
export function localCoding(id: string): CodedConcept {
  const code = localCode(id)
  if (!Object.hasOwn(HIS, code)) throw new RangeError(`no concept ${code}: run npm run profiles`)
  return HIS[code as HisCode]
}

/** MDC 131328 + n of a lead by its name; undefined for a channel that the lead table does not know. */
export const leadCoding = (name: string, mdc?: number): CodedConcept | undefined =>
  (mdc === undefined ? leadByName(name) : leadByNumber(mdc))?.fhir

export const ucum = (value: number, unit: string) => ({ value, unit, system: SYSTEM.ucum, code: unit })

/** A code of his-bundle-concepts, by its text. */
export const ours = (code: string): CodedConcept =>
  Object.hasOwn(HIS, code) ? HIS[code as HisCode] : { system: METHOD.system, code, display: code }
