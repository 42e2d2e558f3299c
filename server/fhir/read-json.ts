import { AppError } from '../../core/errors/app-error.ts'

/** Looks as if a number might have more digits than a double, or an exponent beyond it. */
const SUSPICIOUS = /\d[\d.]{15,}|[eE][+-]?\d{3}/

/**
 * Parses a JSON body. A number that would change in value by being read as a double (too many digits, too large) is
 * refused rather than rounded (hardening A3-41).
 *
 * Deviation: trailing zeros of a decimal ('1.0') are not kept; the stored value is the same number.
 * @throws AppError BAD_REQUEST reason json; FHIR_INVALID reason number-precision
 */
export function readJson(text: string): unknown {
  try {
    return SUSPICIOUS.test(text)
      ? JSON.parse(text, exactNumber as (key: string, value: unknown) => unknown)
      : JSON.parse(text)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('BAD_REQUEST', { reason: 'json' })
  }
}

function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'number' && context?.source !== undefined) {
    if (!Number.isFinite(value) || digits(context.source) !== digits(String(value))) {
      throw new AppError('FHIR_INVALID', { reason: 'number-precision' })
    }
  }
  return value
}

/** Significant digits and power of ten, so that '1.50e3' and '1500' are the same. */
function digits(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const all = (whole + fraction).replace(/^0+/, '')
  if (all === '') return '0'
  const trimmed = all.replace(/0+$/, '')
  return `${sign}${trimmed}e${Number(exponent) - fraction.length + all.length - trimmed.length}`
}
