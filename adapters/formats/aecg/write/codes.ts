import { type Markup, xmlElement } from '../../../ecg/xml/write.ts'

/** ISO/IEEE 11073-10101 in HL7 v3 documents. */
const MDC = '2.16.840.1.113883.6.24'
/** HL7 v3 ActCode. */
const ACT_CODE = '2.16.840.1.113883.5.4'

export const mdcCode = (code: string): Markup => xmlElement('code', { code, codeSystem: MDC, codeSystemName: 'MDC' })

export const actCode = (code: string): Markup =>
  xmlElement('code', { code, codeSystem: ACT_CODE, codeSystemName: 'ActCode' })
