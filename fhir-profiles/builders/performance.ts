import type { Extension } from '@medplum/fhirtypes'
import { AppError } from '../../core/errors/app-error.ts'
import { EXTENSION } from '../generated/constants.ts'

/** All fractions of 1, at the prevalence stated; shown together or not at all (specs README, section G). */
export interface PerformanceAtPrevalence {
  prevalence: number
  sensitivity: number
  specificity: number
  ppv: number
  npv: number
  fractionRuledOut: number
  threshold?: number
  /** On what it was measured: data name and n. */
  data?: string
}

const PARTS = ['prevalence', 'sensitivity', 'specificity', 'ppv', 'npv', 'fractionRuledOut', 'threshold'] as const

/** The performance-at-prevalence extension of a prediction. @throws AppError FHIR_INVALID for a fraction outside 0..1 */
export function performanceExtension(performance: PerformanceAtPrevalence): Extension {
  const extension: Extension[] = PARTS.flatMap((name) => {
    const value = performance[name]
    if (value === undefined) return []
    if (!(value >= 0 && value <= 1)) throw new AppError('FHIR_INVALID', { reason: 'performance-fraction', at: name })
    return [{ url: name, valueDecimal: value }]
  })
  if (performance.data) extension.push({ url: 'data', valueString: performance.data })
  return { url: EXTENSION.performanceAtPrevalence, extension }
}
