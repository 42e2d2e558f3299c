/** US Core extensions of Patient: what was recorded of race and ethnicity, in categories of the CDC code system. */
export const US_CORE = Object.freeze({
  race: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
  ethnicity: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity'
})

export const CDC_RACE_SYSTEM = 'urn:oid:2.16.840.1.113883.6.238'

/** OMB categories, as HL7 table 0005 and US Core have them. */
export const OMB_RACE: Readonly<Record<string, string>> = Object.freeze({
  '1002-5': 'American Indian or Alaska Native',
  '2028-9': 'Asian',
  '2054-5': 'Black or African American',
  '2076-8': 'Native Hawaiian or Other Pacific Islander',
  '2106-3': 'White',
  '2131-1': 'Other Race'
})

export const OMB_ETHNICITY: Readonly<Record<string, string>> = Object.freeze({
  '2135-2': 'Hispanic or Latino',
  '2186-5': 'Not Hispanic or Latino'
})
