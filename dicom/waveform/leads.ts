import { AppError } from '../../core/errors/app-error.ts'
import { LEAD_NUMBERS } from '../../core/lead-numbers.ts'

const NAMES = new Map([...LEAD_NUMBERS].map(([name, number]) => [number, name]))
const BY_UPPER_CASE = new Map([...LEAD_NUMBERS.keys()].map((name) => [name.toUpperCase(), name]))
/** DICOM: MDC 2:n (131072 + n), SCPECG 5.6.3-9-n (PS3.16 CID 3001). MDC block 2 begins at 131072; the ELEC_POTL series that FHIR uses sits 256 above. */
const MDC_BASE = 131072
const ELEC_POTL_OFFSET = 256

/** What a channel says about its lead: code triplet of (003A,0208) and the label (003A,0203). */
export interface ChannelSource {
  code?: string
  scheme?: string
  meaning?: string
  label?: string
}

/** Under our own designator the meaning is the name of a channel that is no lead of the table ('MLII'). */
export const OWN_SCHEME = '99HISB'

/**
 * The lead of a channel: by its code when the scheme is MDC or SCPECG, by its name when it is ours, else by its words. A code
 * of MDC or SCPECG outside the table is refused and never looked up by the words beside it.
 * @param at position for errors
 * @throws AppError LEAD_UNKNOWN
 */
export function leadOf(source: ChannelSource, at: string): { name: string; mdc?: number } {
  if (source.scheme === OWN_SCHEME && source.meaning) return { name: source.meaning }
  const mdc = numberByCode(source) ?? LEAD_NUMBERS.get(leadByWords(source) ?? '')
  const name = mdc === undefined ? undefined : NAMES.get(mdc)
  if (mdc === undefined || name === undefined) throw new AppError('LEAD_UNKNOWN', { at })
  return { name, mdc }
}

/** Table spelling of a lead named in words ('Lead aVR', 'avr', 'ECG V1'); undefined when it is none. */
export function leadByWords({ meaning, label, code }: ChannelSource): string | undefined {
  for (const text of [meaning, label, code]) {
    const bare = text
      ?.toUpperCase()
      .replace(/^(LEAD|ECG|EKG)\b/, '')
      .replace(/^[\s_:-]*(LEAD)?[\s_:-]*/, '')
      .trim()
    const name = bare && BY_UPPER_CASE.get(bare)
    if (name) return name
  }
  return undefined
}

/** undefined when the scheme is none of the two: then the words decide. */
function numberByCode({ scheme, code }: ChannelSource): number | undefined {
  const designator = scheme?.toUpperCase().replace('-', '')
  if (!code) return undefined
  return designator === 'MDC' ? mdcNumber(code) : designator === 'SCPECG' ? scpNumber(code) : undefined
}

/** '2:n', '131072 + n' or '131328 + n' (ELEC_POTL); -1 for a code of the scheme outside the table. */
function mdcNumber(code: string): number {
  const block = /^2:(\d{1,5})$/.exec(code)
  const number = block ? Number(block[1]) : /^\d{6}$/.test(code) ? Number(code) - MDC_BASE : -1
  return number > ELEC_POTL_OFFSET ? number - ELEC_POTL_OFFSET : number
}

function scpNumber(code: string): number {
  const match = /^5\.6\.3-9-(\d{1,3})$/.exec(code)
  return match ? Number(match[1]) : -1
}
