import type { LoopLabel } from '../../core/closed-loop.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import { type AlertPrecision, alertedResults, alertPrecision } from './alerted.ts'
import type { Agreement } from './compute/agreement.ts'
import { packed } from './compute/columns.ts'
import type { Computer } from './compute/computer.ts'
import type { LabelFigures } from './compute/figures.ts'
import { type CountsFilter, labelCounts, type ResultCounts, resultCounts } from './counts.ts'
import { loadMeasured, loadPairs, type PairFilter } from './pairs.ts'
import type { LoopSource } from './source.ts'
import { changesOf } from './tables.ts'

export interface ReportFilter {
  label: string
  model?: string
  from?: string
  to?: string
}

/** One model of a label, judged. */
export interface ModelReport {
  model: { key: string; name: string; version: string; sha256: string }
  /** Results that stand, over all labels. */
  answered: number
  refused: number
  withdrawn: number
  /** Of this label. */
  predictions: number
  pairs: number
  /** pairs / predictions: the tested are selected, and this says how strongly. */
  verified: number | null
  judged?: LabelFigures
  agreement?: Agreement
  alertPrecision?: AlertPrecision
}

export interface LabelReport {
  source: string
  title: string
  label: Pick<LoopLabel, 'key' | 'title' | 'kind' | 'unit' | 'window'>
  from?: string
  to?: string
  /** The most recent first. */
  models: ModelReport[]
}

/** Models of a label that a report shows, the most recent. */
const MAX_MODELS = 5
const MAX_CACHED = 64
/** Bootstrap draws: enough for an interval, fewer where one draw takes long. */
const drawsFor = (n: number): number => Math.round(Math.min(1000, Math.max(200, 2_000_000 / Math.max(1, n))))

/**
 * Figures of the closed loop, as the pages and the metrics show them. They are made in a worker and kept until a row of their
 * source changes; who asks meanwhile for the same waits for the same answer.
 */
export function createPerformance({
  store,
  sources,
  computer
}: {
  store: FhirStore
  sources: readonly LoopSource[]
  computer: Pick<Computer, 'run'>
}) {
  const { sql } = store
  const cache = new Map<string, { changes: number; report: Promise<LabelReport> }>()

  async function report(
    source: LoopSource,
    filter: ReportFilter,
    { draws }: { draws?: number } = {}
  ): Promise<LabelReport> {
    const key = JSON.stringify([source.id, filter.label, filter.model, filter.from, filter.to, draws])
    const changes = await changesOf(sql, source.id)
    const known = cache.get(key)
    if (known?.changes === changes) return known.report
    const made = make(source, filter, draws)
    cache.delete(key)
    cache.set(key, { changes, report: made })
    for (const oldest of cache.keys()) if (cache.size > MAX_CACHED) cache.delete(oldest)
    // What failed is tried again by whoever asks next.
    made.catch(() => cache.get(key)?.report === made && cache.delete(key))
    return made
  }

  async function make(source: LoopSource, filter: ReportFilter, draws?: number): Promise<LabelReport> {
    const label = source.loop.labels.find(({ key }) => key === filter.label)!
    const counted: CountsFilter = { source: source.id, from: filter.from, to: filter.to }
    const results = await resultCounts(sql, counted)
    const labels = (await labelCounts(sql, counted)).filter((one) => one.label === label.key)
    const alerted = label.kind === 'measurement' ? new Set<string>() : await alertedResults(store)
    const models: ModelReport[] = []
    for (const result of results.filter(({ model }) => filter.model === undefined || model === filter.model)) {
      const counts = labels.find(({ model }) => model === result.model)
      if (models.length >= MAX_MODELS) break
      // A model may answer other labels than this one only.
      if (!counts && result.answered > 0) continue
      const [predictions, pairs] = [counts?.predictions ?? 0, counts?.pairs ?? 0]
      models.push({
        model: modelOf(result),
        answered: result.answered,
        refused: result.refused,
        withdrawn: result.withdrawn,
        predictions,
        pairs,
        verified: predictions === 0 ? null : pairs / predictions,
        ...(await judge(
          label,
          { source: source.id, ...filter, label: label.key, model: result.model },
          { alerted, draws }
        ))
      })
    }
    const { key, title, kind, unit, window } = label
    return {
      source: source.id,
      title: source.title,
      label: { key, title, kind, unit, window },
      from: filter.from,
      to: filter.to,
      models
    }
  }

  async function judge(
    { kind }: LoopLabel,
    filter: PairFilter,
    { alerted, draws }: { alerted: ReadonlySet<string>; draws?: number }
  ): Promise<Pick<ModelReport, 'judged' | 'agreement' | 'alertPrecision'>> {
    if (kind === 'measurement') {
      const pairs = await loadMeasured(sql, filter)
      const bare = pairs.map(({ patient, value, truth }) => ({ patient, value, truth: truth.value }))
      return { agreement: await computer.run('agreement', { pairs: bare, draws: draws ?? drawsFor(pairs.length) }) }
    }
    const pairs = await loadPairs(sql, filter)
    const threshold = pairs.findLast((pair) => pair.threshold !== undefined)?.threshold
    const judged = await computer.run('figures', {
      kind,
      cases: packed(pairs),
      draws: draws ?? drawsFor(pairs.length),
      ...(threshold === undefined ? {} : { threshold })
    })
    const precision = alertPrecision(pairs, alerted)
    return { judged, ...(precision.alerts > 0 ? { alertPrecision: precision } : {}) }
  }

  return {
    report,
    /** Every source and label in numbers of rows, with one figure of the model that answered last. */
    async overview() {
      const [results, labels] = await Promise.all([resultCounts(sql), labelCounts(sql)])
      const headlines = new Map<string, Headline>()
      for (const source of sources)
        for (const { key } of source.loop.labels) {
          const [current] = (await report(source, { label: key }, { draws: 0 })).models
          if (current) headlines.set(`${source.id} ${key}`, headlineOf(current))
        }
      return sources.map(({ id, title, loop }) => ({
        source: id,
        title,
        models: results.filter(({ source }) => source === id).map(({ source: _source, ...rest }) => rest),
        labels: loop.labels.map(({ key, title, kind, unit }) => ({
          label: key,
          title,
          kind,
          unit,
          headline: headlines.get(`${id} ${key}`),
          models: labels
            .filter(({ source, label }) => source === id && label === key)
            .map(({ source: _source, label: _label, ...counts }) => ({
              ...counts,
              verified: counts.predictions === 0 ? null : counts.pairs / counts.predictions
            }))
        }))
      }))
    }
  }
}

export type Performance = ReturnType<typeof createPerformance>

interface Headline {
  /** Key of the model. */
  model: string
  auroc?: number | null
  bias?: number | null
  /** Why there is neither. */
  suppressed?: string
}

const headlineOf = ({ model, judged, agreement }: ModelReport): Headline => ({
  model: model.key,
  ...(judged?.figures ? { auroc: judged.figures['auroc']?.value } : {}),
  ...(agreement?.bias ? { bias: agreement.bias.value } : {}),
  ...((judged?.suppressed ?? agreement?.suppressed) ? { suppressed: judged?.suppressed ?? agreement?.suppressed } : {})
})

const modelOf = ({ model, name, version, sha256 }: ResultCounts) => ({ key: model, name, version, sha256 })
