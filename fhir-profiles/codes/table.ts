/** A code as it goes into a FHIR Coding: system, code and its one display. */
export interface CodedConcept {
  readonly system: string
  readonly code: string
  readonly display: string
}

/**
 * How sure the code's meaning is (codes.md, head): V = code and meaning read in a primary or near-primary source;
 * U = seen in use with that meaning and the check digit passes. A code in state '?' stands in unconfirmed.ts as data and
 * cannot be put into a table, so it cannot be emitted.
 */
export type CodeState = 'V' | 'U'
export type CodeRow = readonly [code: string, display: string, state: CodeState]

/** The rows of one table as frozen codings under the same keys. */
export function codings<K extends string>(
  system: string,
  rows: Readonly<Record<K, CodeRow>>
): Readonly<Record<K, CodedConcept>> {
  const entries = Object.entries<CodeRow>(rows).map(([key, [code, display]]) => [
    key,
    Object.freeze({ system, code, display })
  ])
  return Object.freeze(Object.fromEntries(entries)) as Readonly<Record<K, CodedConcept>>
}

/** A CodeableConcept of one or more codings, the first one first. A fresh object: callers may add text. */
export function concept(...coding: CodedConcept[]): { coding: CodedConcept[] } {
  return { coding: coding.map((one) => ({ ...one })) }
}

/** Whether a FHIR CodeableConcept (or anything shaped like one) carries this code. */
export function hasCoding(
  value: { coding?: { system?: string; code?: string }[] } | undefined,
  wanted: CodedConcept
): boolean {
  return value?.coding?.some((one) => one.system === wanted.system && one.code === wanted.code) ?? false
}
