import { SYSTEM } from '../../../fhir-profiles/index.ts'
import { LOCAL_SYSTEM_BASE } from './local-concepts.ts'

/** HL7 table 0396 names of coding systems that are read, and their FHIR URIs. */
const KNOWN: Readonly<Record<string, string>> = {
  LN: SYSTEM.loinc,
  LOINC: SYSTEM.loinc,
  SCT: SYSTEM.snomed,
  SNM3: SYSTEM.snomed,
  UCUM: SYSTEM.ucum,
  MDC: SYSTEM.mdc,
  DCM: SYSTEM.dcm,
  I10: 'http://hl7.org/fhir/sid/icd-10',
  I10C: 'http://hl7.org/fhir/sid/icd-10-cm'
}

/**
 * FHIR URI of a coding system as a CE/CWE names it.
 *
 * Table 0396 names by the list above; 'HL7nnnn' is table nnnn; an OID is `urn:oid:`; an absolute URI stays. All others
 * ('L', '99LAB', none) are local to the sender and get a URI of their own under the feed's name.
 */
export function systemUri(name: string, feed: string): string {
  const trimmed = name.trim()
  const known = KNOWN[trimmed.toUpperCase()]
  if (known) return known
  const table = /^HL7(\d{4})$/i.exec(trimmed)
  if (table) return `http://terminology.hl7.org/CodeSystem/v2-${table[1]}`
  if (/^[0-2](\.(0|[1-9]\d*)){3,}$/.test(trimmed)) return `urn:oid:${trimmed}`
  if (/^(https?:\/\/|urn:)[^\s|]+$/.test(trimmed)) return trimmed
  return `${LOCAL_SYSTEM_BASE}/${encodeURIComponent(feed)}/${encodeURIComponent(trimmed || 'none')}`
}

/**
 * The name under which a coding's system came, or would be sent: the inverse of `systemUri`.
 *
 * @example systemName(systemUri('99LAB', 'lab')) // '99LAB'
 */
export function systemName(uri: string): string {
  if (uri.startsWith(`${LOCAL_SYSTEM_BASE}/`)) {
    const name = uri.slice(uri.lastIndexOf('/') + 1)
    return name === 'none' ? '' : decoded(name)
  }
  const table = /\/v2-(\d{4})$/.exec(uri)
  if (table) return `HL7${table[1]}`
  return Object.entries(KNOWN).find(([, known]) => known === uri)?.[0] ?? uri.replace(/^urn:oid:/, '')
}

/** What `systemUri` made is well formed; a system that came over FHIR need not be, and stays as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
