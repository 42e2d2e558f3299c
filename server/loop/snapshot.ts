import type { CheckReport } from './check.ts'
import type { Figure } from './compute/figures.ts'
import type { LabelReport, ModelReport, Performance } from './performance.ts'
import type { LoopSource } from './source.ts'

/** At most so often: a scrape every few seconds must not keep a core busy. */
const AGAIN_AFTER_MS = 60_000
/** Models of a label that metrics show: the current and the one before. */
const MAX_MODELS = 2

export interface SnapshotRow {
  module: string
  label: string
  model: ModelReport
}

/**
 * What the metrics page shows: the last known figures, without intervals, made anew behind the scrape and never in it.
 *
 * @param monotonic milliseconds on a clock that never goes back
 */
export function createSnapshot(
  sources: readonly LoopSource[],
  performance: Pick<Performance, 'report'>,
  monotonic: () => number
) {
  let rows: SnapshotRow[] = []
  let last: CheckReport | undefined
  let madeAt = Number.NEGATIVE_INFINITY
  let making: Promise<void> | undefined

  async function make(): Promise<void> {
    const reports: LabelReport[] = []
    for (const source of sources)
      for (const { key } of source.loop.labels)
        reports.push(await performance.report(source, { label: key }, { draws: 0 }))
    rows = reports.flatMap(({ source, label, models }) =>
      models.slice(0, MAX_MODELS).map((model) => ({ module: source, label: label.key, model }))
    )
  }

  return {
    /** The last rows; asks for newer ones where they are old. */
    rows(): readonly SnapshotRow[] {
      if (!making && monotonic() - madeAt > AGAIN_AFTER_MS)
        making = make()
          // The page then shows the figures before; what fails is seen where it is asked for.
          .catch(() => {})
          .finally(() => {
            madeAt = monotonic()
            making = undefined
          })
      return rows
    },
    /** Made anew now. */
    refresh: make,
    /** What the last look at drift found. */
    checked: () => last,
    noteCheck(report: CheckReport): void {
      last = report
    },
    settled: (): Promise<void> => making ?? Promise.resolve()
  }
}

export type Snapshot = ReturnType<typeof createSnapshot>

/** A figure that may be shown. */
export const shownFigure = ({ model }: SnapshotRow, name: string): number | null =>
  (model.judged?.figures?.[name] as Figure | undefined)?.value ?? null
