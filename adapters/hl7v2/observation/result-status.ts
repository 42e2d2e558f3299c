import type { DiagnosticReport, Observation } from '@medplum/fhirtypes'

/**
 * What an OBX-11 asks of the record. codes.md section 8 'OBX-11'; rules section 8.
 * assert: the content is written with this status. status: only the status changes, a stored value stays.
 * verify: no change of status, a Provenance of the verifier. none: no resource.
 */
export type ResultAction =
  | { kind: 'assert'; status: Observation['status']; withoutValue?: true }
  | { kind: 'status'; status: Observation['status'] }
  | { kind: 'verify' }
  | { kind: 'none' }

/** HL7 table 0085. */
const OBX_11: Readonly<Record<string, ResultAction>> = {
  A: { kind: 'assert', status: 'amended' },
  B: { kind: 'assert', status: 'amended' },
  C: { kind: 'assert', status: 'corrected' },
  D: { kind: 'status', status: 'entered-in-error' },
  F: { kind: 'assert', status: 'final' },
  I: { kind: 'assert', status: 'registered', withoutValue: true },
  N: { kind: 'none' },
  O: { kind: 'assert', status: 'registered', withoutValue: true },
  P: { kind: 'assert', status: 'preliminary' },
  R: { kind: 'assert', status: 'preliminary' },
  S: { kind: 'assert', status: 'preliminary' },
  U: { kind: 'status', status: 'final' },
  V: { kind: 'verify' },
  W: { kind: 'status', status: 'entered-in-error' },
  X: { kind: 'status', status: 'cancelled' }
}

/** HL7 table 0123 (OBR-25) as it speaks for results that carry no status of their own. */
const OBR_25_RESULTS: Readonly<Record<string, Observation['status']>> = {
  C: 'corrected',
  F: 'final',
  P: 'preliminary',
  R: 'preliminary',
  A: 'preliminary'
}

const OBR_25_REPORT: Readonly<Record<string, DiagnosticReport['status']>> = {
  O: 'registered',
  I: 'registered',
  S: 'registered',
  A: 'partial',
  P: 'preliminary',
  R: 'preliminary',
  C: 'corrected',
  F: 'final',
  X: 'cancelled'
}

/**
 * OBR-25 `X` cancels every result under it, unless the result itself says wrong (D, W) or asks for nothing (N).
 * An empty or unlisted OBX-11 takes the order's status; without one it is `unknown`, which no rule counts as final.
 */
export function resultAction(obx11: string, obr25: string): ResultAction {
  const letter = obx11.trim().toUpperCase()
  if (obr25.trim().toUpperCase() === 'X' && !['D', 'W', 'N'].includes(letter)) {
    return { kind: 'status', status: 'cancelled' }
  }
  return OBX_11[letter] ?? { kind: 'assert', status: OBR_25_RESULTS[obr25.trim().toUpperCase()] ?? 'unknown' }
}

/** Whether table 0085 knows the letter. */
export const isKnownStatus = (obx11: string): boolean => Object.hasOwn(OBX_11, obx11.trim().toUpperCase())

export const reportStatus = (obr25: string): DiagnosticReport['status'] =>
  OBR_25_REPORT[obr25.trim().toUpperCase()] ?? 'unknown'
