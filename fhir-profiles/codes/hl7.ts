import { SYSTEM } from './systems.ts'
import { type CodeRow, codings } from './table.ts'

/** Codes of HL7's own tables, one table a system (codes.md sections 6 and 8). All read in the HL7 terminology. */
export const HL7_ROWS = Object.freeze({
  observationValue: { aiAsserted: ['AIAST', 'Artificial Intelligence asserted', 'V'] },
  actCode: {
    inlineLabel: ['PROCESSINLINELABEL', 'process inline security label', 'V'],
    inpatient: ['IMP', 'inpatient encounter', 'V'],
    ambulatory: ['AMB', 'ambulatory', 'V'],
    emergency: ['EMER', 'emergency', 'V'],
    preadmission: ['PRENC', 'pre-admission', 'V']
  },
  actReason: { testData: ['HTEST', 'test health data', 'V'] },
  dataOperation: { create: ['CREATE', 'create', 'V'], update: ['UPDATE', 'revise', 'V'] },
  interpretation: {
    high: ['H', 'High', 'V'],
    criticalHigh: ['HH', 'Critical high', 'V'],
    low: ['L', 'Low', 'V'],
    criticalLow: ['LL', 'Critical low', 'V'],
    abnormal: ['A', 'Abnormal', 'V'],
    criticalAbnormal: ['AA', 'Critical abnormal', 'V'],
    normal: ['N', 'Normal', 'V'],
    offScaleLow: ['<', 'Off scale low', 'V'],
    offScaleHigh: ['>', 'Off scale high', 'V']
  },
  category: {
    laboratory: ['laboratory', 'Laboratory', 'V'],
    vitalSigns: ['vital-signs', 'Vital Signs', 'V'],
    procedure: ['procedure', 'Procedure', 'V'],
    exam: ['exam', 'Exam', 'V'],
    imaging: ['imaging', 'Imaging', 'V']
  },
  absent: {
    unknown: ['unknown', 'Unknown', 'V'],
    notApplicable: ['not-applicable', 'Not Applicable', 'V'],
    unsupported: ['unsupported', 'Unsupported', 'V'],
    error: ['error', 'Error', 'V'],
    notANumber: ['not-a-number', 'Not a Number (NaN)', 'V'],
    notPerformed: ['not-performed', 'Not Performed', 'V'],
    notPermitted: ['not-permitted', 'Not Permitted', 'V'],
    masked: ['masked', 'Masked', 'V']
  },
  participant: {
    author: ['author', 'Author', 'V'],
    verifier: ['verifier', 'Verifier', 'V'],
    informant: ['informant', 'Informant', 'V'],
    assembler: ['assembler', 'Assembler', 'V'],
    custodian: ['custodian', 'Custodian', 'V']
  },
  identifierType: {
    medicalRecord: ['MR', 'Medical record number', 'V'],
    patientInternal: ['PI', 'Patient internal identifier', 'V'],
    visit: ['VN', 'Visit number', 'V'],
    account: ['AN', 'Account number', 'V'],
    placer: ['PLAC', 'Placer Identifier', 'V'],
    filler: ['FILL', 'Filler Identifier', 'V']
  },
  serviceSection: { ecg: ['EC', 'Electrocardiac (e.g., EKG, EEC, Holter)', 'V'] },
  specimenCondition: { haemolysed: ['HEM', 'Hemolyzed', 'V'] },
  measureScoring: { continuousVariable: ['continuous-variable', 'Continuous Variable', 'V'] },
  measurePopulation: { measurePopulation: ['measure-population', 'Measure Population', 'V'] },
  specimenReject: { haemolysis: ['RH', 'Hemolysis', 'V'] }
} satisfies Record<string, Record<string, CodeRow>>)

const rows = HL7_ROWS
export const OBSERVATION_VALUE = codings(SYSTEM.v3ObservationValue, rows.observationValue)
export const ACT_CODE = codings(SYSTEM.v3ActCode, rows.actCode)
export const ACT_REASON = codings(SYSTEM.v3ActReason, rows.actReason)
export const DATA_OPERATION = codings(SYSTEM.v3DataOperation, rows.dataOperation)
export const INTERPRETATION = codings(SYSTEM.v3ObservationInterpretation, rows.interpretation)
export const CATEGORY = codings(SYSTEM.observationCategory, rows.category)
export const ABSENT = codings(SYSTEM.dataAbsentReason, rows.absent)
export const PARTICIPANT = codings(SYSTEM.provenanceParticipantType, rows.participant)
export const IDENTIFIER_TYPE = codings(SYSTEM.identifierType, rows.identifierType)
export const SERVICE_SECTION = codings(SYSTEM.diagnosticServiceSection, rows.serviceSection)
export const SPECIMEN_CONDITION = codings(SYSTEM.specimenCondition, rows.specimenCondition)
export const SPECIMEN_REJECT = codings(SYSTEM.specimenRejectReason, rows.specimenReject)
export const MEASURE_SCORING = codings(SYSTEM.measureScoring, rows.measureScoring)
export const MEASURE_POPULATION = codings(SYSTEM.measurePopulation, rows.measurePopulation)
