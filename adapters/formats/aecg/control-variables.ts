import type { Lead } from '../../../core/waveform.ts'
import { filled } from '../../ecg/filled.ts'
import {
  attributeOf,
  childrenOf,
  descendantsOf,
  elementAt,
  numberOf,
  textAt,
  type XmlElement
} from '../../ecg/xml/element.ts'

const PREFIX = 'MDC_ECG_CTL_VBL_ATTR_FILTER_'

/**
 * Filters of a series, Hz, and what else their control variables say in words.
 *
 * controlVariable = code (FILTER_LOW_PASS | FILTER_HIGH_PASS | FILTER_NOTCH) | component*
 * component = controlVariable: code (FILTER_CUTOFF_FREQ | FILTER_NOTCH_FREQ: PQ in Hz; FILTER_DESCRIPTION: ST)
 */
export function filtersOf(series: XmlElement): { filters?: Lead['filters']; facts: Record<string, string> } {
  const filters: NonNullable<Lead['filters']> = {}
  const facts: Record<string, string> = {}
  for (const outer of childrenOf(series, 'controlVariable')) {
    const variable = elementAt(outer, 'controlVariable') ?? outer
    const kind = codeOf(variable)
    for (const detail of descendantsOf(variable, 'controlVariable')) {
      const code = codeOf(detail)
      const hertz = hertzOf(elementAt(detail, 'value'))
      const words = textAt(detail, 'value')
      if (kind === 'LOW_PASS' && code === 'CUTOFF_FREQ') filters.highHz = hertz
      if (kind === 'HIGH_PASS' && code === 'CUTOFF_FREQ') filters.lowHz = hertz
      if (kind === 'NOTCH' && (code === 'NOTCH_FREQ' || code === 'CUTOFF_FREQ')) filters.notchHz = hertz
      if (code === 'DESCRIPTION' && words && kind) facts[`filter ${kind}`] = words.slice(0, 100)
    }
  }
  const said = filled(filters)
  return { facts, ...(said ? { filters: said } : {}) }
}

const codeOf = (variable: XmlElement): string | undefined => {
  const code = attributeOf(elementAt(variable, 'code'), 'code')
  return code?.startsWith(PREFIX) ? code.slice(PREFIX.length) : undefined
}

function hertzOf(value: XmlElement | undefined): number | undefined {
  const number = numberOf(attributeOf(value, 'value'))
  return attributeOf(value, 'unit')?.toLowerCase() === 'hz' && number !== undefined && number > 0 ? number : undefined
}
