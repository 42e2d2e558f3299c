import type { CalibrationBin } from '../../inference/metrics/calibration-bins.ts'
import type { SubgroupReport } from '../../inference/metrics/subgroups.ts'

/** Where the figures of a report come from: printed on every form of it. */
export interface ReportProvenance {
  /** Module or source: 'cap-icu', 'score:vendor-ews'. */
  module: string
  title: string
  /** sha256 '' where nobody sees the model's file. */
  model: { name: string; version: string; sha256: string }
  /** 'holdout (folder)', 'closed loop of this server'. */
  data: string
  /** ISO instants of the first and last prediction; absent where cases have no time. */
  period?: { from: string; to: string }
  patients: number
  refused: readonly { code: string; n: number }[]
  /** How to make the same again. */
  command: string
  /** ISO instant. */
  madeAt: string
}

/** A report as it is printed, sent and stored. */
export interface PublishedReport {
  provenance: ReportProvenance
  report: SubgroupReport
  /** Of a probability. */
  calibration?: CalibrationBin[]
}
