import type { Sql } from '../../core/sql.ts'
import { labelCounts, resultCounts } from './counts.ts'
import type { LoopSource } from './source.ts'

export interface ReportFilter {
  label: string
  model?: string
  from?: string
  to?: string
}

/** Figures of the closed loop, as the pages and the metrics show them. */
export function createPerformance({ sql, sources }: { sql: Sql; sources: readonly LoopSource[] }) {
  return {
    /** Every source and label, in numbers of rows. */
    async overview() {
      const [results, labels] = await Promise.all([resultCounts(sql), labelCounts(sql)])
      return sources.map(({ id, title, loop }) => ({
        source: id,
        title,
        models: results.filter(({ source }) => source === id).map(({ source: _source, ...rest }) => rest),
        labels: loop.labels.map(({ key, title, kind, unit }) => ({
          label: key,
          title,
          kind,
          unit,
          models: labels
            .filter(({ source, label }) => source === id && label === key)
            .map(({ source: _source, label: _label, ...counts }) => ({
              ...counts,
              verified: counts.predictions === 0 ? null : counts.pairs / counts.predictions
            }))
        }))
      }))
    },
    async report(source: LoopSource, filter: ReportFilter) {
      return { source: source.id, ...filter }
    }
  }
}

export type Performance = ReturnType<typeof createPerformance>
