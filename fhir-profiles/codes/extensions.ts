/** Extensions that FHIR R4 itself defines and that we write. */
export const FHIR_EXTENSION = Object.freeze({
  dataAbsentReason: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
  alternateReference: 'http://hl7.org/fhir/StructureDefinition/alternate-reference'
} as const)
