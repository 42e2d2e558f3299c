/** Canonical URLs of the code systems that are not ours (codes.md sections 1 to 7). Ours are in generated/constants.ts. */
export const SYSTEM = Object.freeze({
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  ucum: 'http://unitsofmeasure.org',
  /** ISO/IEEE 11073-10101, the form that is emitted (rules section 10). */
  mdc: 'urn:iso:std:iso:11073:10101',
  /** The same system as an OID: accepted, never emitted. */
  mdcOid: 'urn:oid:2.16.840.1.113883.6.24',
  dcm: 'http://dicom.nema.org/resources/ontology/DCM',
  dicomUid: 'urn:dicom:uid',
  uri: 'urn:ietf:rfc:3986',
  mimeTypes: 'urn:ietf:bcp:13',
  measureScoring: 'http://terminology.hl7.org/CodeSystem/measure-scoring',
  measurePopulation: 'http://terminology.hl7.org/CodeSystem/measure-population',
  v3ObservationValue: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  v3ObservationInterpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  v3ActCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  v3ActReason: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  v3DataOperation: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation',
  observationCategory: 'http://terminology.hl7.org/CodeSystem/observation-category',
  dataAbsentReason: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
  provenanceParticipantType: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
  auditEventType: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
  auditEntityType: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
  objectRole: 'http://terminology.hl7.org/CodeSystem/object-role',
  identifierType: 'http://terminology.hl7.org/CodeSystem/v2-0203',
  diagnosticServiceSection: 'http://terminology.hl7.org/CodeSystem/v2-0074',
  specimenCondition: 'http://terminology.hl7.org/CodeSystem/v2-0493',
  specimenRejectReason: 'http://terminology.hl7.org/CodeSystem/v2-0490'
} as const)

export type SystemName = keyof typeof SYSTEM
