import type { Random } from './random.ts'

const TYPES = [
  'Patient',
  'Observation',
  'Task',
  'Encounter',
  'DiagnosticReport',
  'RiskAssessment',
  'Nothing',
  '__proto__',
  'Bundle'
]
const NAMES = [
  '_id',
  '_lastUpdated',
  '_sort',
  '_count',
  '_include',
  '_revinclude',
  '_elements',
  '_summary',
  '_total',
  '_has',
  '_filter',
  '_page',
  '_format',
  '_pretty',
  'code',
  'subject',
  'patient',
  'date',
  'birthdate',
  'name',
  'identifier',
  'value-quantity',
  'status',
  'subject:Patient.name',
  'patient.identifier',
  '_has:Observation:subject:code',
  'constructor',
  '__proto__',
  'toString'
]
const MODIFIERS = [
  '',
  '',
  '',
  ':exact',
  ':contains',
  ':missing',
  ':not',
  ':in',
  ':above',
  ':Patient',
  ':__proto__',
  ':'.repeat(50)
]
const VALUES = [
  '',
  'x',
  '1',
  '-1',
  '1e400',
  'ge2026-01-01',
  'lt2026-13-45',
  'sa0000',
  'http://loinc.org|2823-3',
  '|',
  '|||',
  'Patient/1',
  'Patient/../x',
  'a,b,c',
  ','.repeat(2000),
  '\\,\\|\\$\\\\',
  "' OR 1=1 --",
  '%',
  '_',
  '*',
  'true',
  '5.6||mmol/L',
  'a$b',
  'Observation:subject',
  'Observation:subject:Patient',
  '-date,status',
  '\u0000',
  '\ud83d\ude00',
  'x'.repeat(3000),
  '%00',
  '(a+)+$'
]

/** A search URL below the service base by the grammar of FHIR search, in and out of its bounds. */
export function searchUrl(random: Random): string {
  const pairs = Array.from({ length: random.count(8) }, () => {
    const name = random.pick(NAMES) + random.pick(MODIFIERS)
    const value = random.pick(VALUES)
    return random.chance(0.9)
      ? `${encodeURIComponent(name)}=${encode(value)}`
      : `${name.replace(/[^\x21-\x7e]/g, '')}=${encode(value)}`
  })
  return `/${random.pick(TYPES)}?${pairs.join('&')}`
}

function encode(value: string): string {
  return encodeURIComponent(value.replace(/[\ud800-\udfff]/g, ''))
}
