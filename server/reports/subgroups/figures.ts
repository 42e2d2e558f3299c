import { type CalibrationBin, calibrationBins } from '../../../inference/metrics/calibration-bins.ts'
import type { GroupedCase } from '../../../inference/metrics/cases.ts'
import { type MeasuredCase, measuredReport } from '../../../inference/metrics/measured-subgroups.ts'
import { type RefusedCase, type SubgroupReport, subgroupReport } from '../../../inference/metrics/subgroups.ts'

interface Shared {
  label: string
  attributes?: readonly string[]
  draws: number
  refused?: readonly RefusedCase[]
  answered?: readonly RefusedCase[]
  complementary?: boolean
}

export interface ScoredRequest extends Shared {
  kind: 'probability' | 'score'
  cases: readonly GroupedCase[]
  threshold?: number
}

export interface MeasuredRequest extends Shared {
  unit?: string
  measured: readonly MeasuredCase[]
}

export interface SubgroupFigures {
  report: SubgroupReport
  calibration?: CalibrationBin[]
}

/** The figures of a subgroup report, and of a probability the points of its calibration plot. Seconds of work: for a worker. */
export function scoredFigures({ cases, ...options }: ScoredRequest): SubgroupFigures {
  return {
    report: subgroupReport(cases, options),
    ...(options.kind === 'probability' ? { calibration: calibrationBins(cases, { draws: options.draws }) } : {})
  }
}

export const measuredFigures = ({ measured, ...options }: MeasuredRequest): SubgroupFigures => ({
  report: measuredReport(measured, options)
})
