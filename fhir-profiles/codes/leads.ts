import { LEAD_NUMBERS } from '../../core/lead-numbers.ts'
import { SYSTEM } from './systems.ts'
import type { CodedConcept } from './table.ts'

/** One ECG lead in every system that names it (codes.md section 3; one offset table). */
export interface LeadCode {
  /** Spelling that is emitted: I, II, III, aVR, aVL, aVF, V1 ... V6. */
  readonly name: string
  /** Lead number n of ISO 11073-10101. */
  readonly n: number
  /** FHIR and HL7 v2: 131328 + n, display MDC_ECG_ELEC_POTL_*. */
  readonly fhir: CodedConcept
  /** DICOM code value under scheme designator MDC (CID 3001): 2:n. */
  readonly dicom: string
  /** DICOM code value under scheme designator SCPECG, as older carts write: 5.6.3-9-n. */
  readonly scpecg: string
  /** HL7 aECG code: MDC_ECG_LEAD_*. */
  readonly aecg: string
}

/** Whole record; lead n adds to it. It lies 256 above the lead-number series of DICOM (131072 + n). */
const ELEC_POTL = 131328
const LEAD_SERIES = 131072

const lead = (name: string, n: number): LeadCode => {
  const suffix = name.toUpperCase()
  return Object.freeze({
    name,
    n,
    fhir: Object.freeze({ system: SYSTEM.mdc, code: String(ELEC_POTL + n), display: `MDC_ECG_ELEC_POTL_${suffix}` }),
    dicom: `2:${n}`,
    scpecg: `5.6.3-9-${n}`,
    aecg: `MDC_ECG_LEAD_${suffix}`
  })
}

/** The twelve standard leads in the order of a printed ECG. */
export const LEADS: readonly LeadCode[] = Object.freeze([...LEAD_NUMBERS].map(([name, n]) => lead(name, n)))

const indexed = (key: (lead: LeadCode) => string): ReadonlyMap<string, LeadCode> =>
  new Map(LEADS.map((one) => [key(one), one]))

const byName = indexed((one) => one.name.toUpperCase())
const byNumber = indexed((one) => String(one.n))
const byFhir = indexed((one) => one.fhir.code)
const byDicom = indexed((one) => one.dicom)
const byScpecg = indexed((one) => one.scpecg)
const byContextFreeDicom = indexed((one) => String(LEAD_SERIES + one.n))

/** By lead number n (I = 1 ... aVF = 64); undefined for any other number. */
export const leadByNumber = (n: number): LeadCode | undefined => byNumber.get(String(n))

/**
 * By name, in any case: 'avr', 'Lead V1', 'MDC_ECG_LEAD_II', 'MDC_ECG_ELEC_POTL_AVF', and 'DII' or 'D2' ('derivation' of Romance
 * languages). Unknown names are undefined, never guessed ('V7', 'X', 'II-rhythm'); nor are 'C1' to 'C6', the electrodes of
 * IEC 60601-2-25, because a sleep study's C3 and C4 lie on the head.
 */
export function leadByName(text: string): LeadCode | undefined {
  const upper = text.trim().toUpperCase()
  const bare = upper.replace(/^MDC_ECG_(?:LEAD|ELEC_POTL)_/, '').replace(/^(?:ECG )?LEAD[ _]?(?=\S)/, '')
  return byName.get(bare) ?? byName.get(DERIVATIONS.get(bare) ?? '')
}

const DERIVATIONS: ReadonlyMap<string, string> = new Map(
  ['I', 'II', 'III'].flatMap((name, i) => [
    [`D${name}`, name],
    [`D${i + 1}`, name]
  ])
)

/** By the code of FHIR and HL7 v2 (131328 + n). The DICOM series 131072 + n is not accepted here: codes.md section 3. */
export const leadByFhirCode = (code: string): LeadCode | undefined => byFhir.get(code.trim())

/** By DICOM code value under designator MDC: '2:n', blanks inside trimmed ('2: 1'), or its context-free number. */
export function leadByDicomCode(code: string): LeadCode | undefined {
  const bare = code.replaceAll(/\s/g, '')
  return byDicom.get(bare) ?? byContextFreeDicom.get(bare)
}

/** By DICOM code value under designator SCPECG: '5.6.3-9-n'. */
export const leadByScpecg = (code: string): LeadCode | undefined => byScpecg.get(code.replaceAll(/\s/g, ''))

/**
 * By a coding of any of the systems: FHIR (URN or OID), HL7 v2 'MDC', DICOM designators 'MDC' and 'SCPECG', aECG OID.
 * The code decides; with an unknown code the lead is undefined, whatever the display says.
 */
export function leadByCoding(coding: { system?: string; code?: string }): LeadCode | undefined {
  const code = coding.code ?? ''
  if (coding.system === 'SCPECG') return leadByScpecg(code)
  if (coding.system === 'MDC') return leadByDicomCode(code) ?? leadByFhirCode(code) ?? namedMdc(code)
  const oid = coding.system?.replace(/^urn:oid:/, '')
  if (coding.system === SYSTEM.mdc || oid === '2.16.840.1.113883.6.24') return leadByFhirCode(code) ?? namedMdc(code)
  return undefined
}

const namedMdc = (code: string): LeadCode | undefined => (code.startsWith('MDC_') ? leadByName(code) : undefined)
