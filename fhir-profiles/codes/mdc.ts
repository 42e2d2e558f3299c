import { SYSTEM } from './systems.ts'
import { type CodedConcept, type CodeRow, codings } from './table.ts'

/** Context-free number of an ISO/IEEE 11073-10101 term: partition x 65536 + code. */
export const contextFree = (partition: number, code: number): number => partition * 65536 + code

/** Numbers of the global ECG measures in partition 2 (SCADA); codes.md section 2, CID 3227 to 3229, all verified. */
const MEASURES = Object.freeze({
  pDuration: [16184, 'P duration'],
  prInterval: [15872, 'PR interval'],
  qrsDuration: [16156, 'QRS duration'],
  qtInterval: [16160, 'QT interval'],
  ppInterval: [16140, 'PP interval'],
  qtc: [15876, 'QTc, formula unsaid'],
  qtcBazett: [15880, 'QTc Bazett'],
  qtcFridericia: [15892, 'QTc Fridericia'],
  rrInterval: [16168, 'RR interval'],
  pAxis: [16128, 'P axis'],
  qrsAxis: [16132, 'QRS axis'],
  tAxis: [16136, 'T axis']
} satisfies Record<string, readonly [number, string]>)

export type MdcMeasure = keyof typeof MEASURES

export const MDC_ROWS = Object.freeze(
  Object.fromEntries(
    Object.entries(MEASURES).map(([key, [code, display]]) => [
      key,
      [String(contextFree(2, Number(code))), display, 'V']
    ])
  )
) as unknown as Readonly<Record<MdcMeasure, CodeRow>>

/** The measures as FHIR codings (context-free numbers). */
export const MDC = codings(SYSTEM.mdc, MDC_ROWS)

/** The same measures as DICOM code values, coding scheme designator MDC ('2:16184'). */
export const MDC_DICOM: Readonly<Record<MdcMeasure, string>> = Object.freeze(
  Object.fromEntries(Object.entries(MEASURES).map(([key, [code]]) => [key, `2:${code}`]))
) as Readonly<Record<MdcMeasure, string>>

/** Units and attributes that monitors send beside an NA waveform (codes.md section 8, trap 2). */
export const MDC_ATTRIBUTE = codings(SYSTEM.mdc, {
  dimensionless: ['262656', 'MDC_DIM_DIMLESS', 'V'],
  perSecond: ['264608', 'MDC_DIM_PER_SEC', 'V']
})

/** Monitors send the sampling rate as `0^MDC_ATTR_SAMP_RATE^MDC`: known by its name, since its number 0 names nothing. */
export const MDC_ATTR_SAMP_RATE = 'MDC_ATTR_SAMP_RATE'

/** Whole-record code of an ECG of potentials: n = 0 of the lead series. */
export const ECG_RECORD: CodedConcept = Object.freeze({
  system: SYSTEM.mdc,
  code: '131328',
  display: 'MDC_ECG_ELEC_POTL'
})
