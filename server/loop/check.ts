import type { Clock } from '../../core/clock.ts'
import type { LoopLabel } from '../../core/closed-loop.ts'
import type { FhirStore } from '../../core/fhir-store.ts'
import type { Logger } from '../../core/log.ts'
import { prevalenceMatchedThreshold } from '../../inference/metrics/discrimination.ts'
import type { LoopConfig } from '../config/sections/loop.ts'
import { packed } from './compute/columns.ts'
import type { Computer } from './compute/computer.ts'
import type { CusumSide } from './compute/cusum.ts'
import type { GapRow } from './compute/gaps.ts'
import type { PsiRow } from './compute/psi.ts'
import { labelCounts, resultCounts } from './counts.ts'
import { type ModelReference, stabilityInputs } from './drift-inputs.ts'
import { type Finding, findingText, loopTasks } from './finding.ts'
import { type LoopPair, loadPairs } from './pairs.ts'
import type { LoopSource } from './source.ts'

export interface SourceCheck {
  source: string
  /** What answers now; a source has as many as answer its labels. */
  model: { key: string; name: string; version: string; sha256: string }
  comparedWith: 'site' | 'model' | 'nothing'
  inputs: PsiRow[]
  labels: { label: string; pairs: number; charts: CusumSide[]; gaps: GapRow[] }[]
  /** Tasks that are open because of what this look found, new or older. */
  tasks: string[]
}

export interface CheckReport {
  at: string
  sources: SourceCheck[]
}

export interface CheckDeps {
  store: FhirStore
  sources: readonly LoopSource[]
  computer: Pick<Computer, 'run'>
  config: LoopConfig
  /** alerts.fallbackOwner */
  fallbackOwner: string
  /** Deciles that came with the model, on the scales of what is served here. */
  referenceOf(source: LoopSource, sha256: string): Promise<ModelReference | undefined>
  clock: Clock
  log: Logger
}

/** Fewer judged predictions than this make no chart. */
const MIN_CHART = 100
/** The newest pairs that are looked at. */
const MAX_PAIRS = 20_000

/**
 * One look at drift and gaps of every source's current model (docs/closed-loop.md): stability of inputs and scores in the last
 * week, calibration charts, gaps between groups. What it finds becomes a Task for a person, and no threshold moves.
 */
export async function check(deps: CheckDeps): Promise<CheckReport> {
  const { store, sources, clock } = deps
  const now = clock.now()
  const checked: SourceCheck[] = []
  for (const source of sources) {
    for (const { model, labels } of await servingModels(store, source))
      checked.push(await checkModel(deps, source, { model, labels, now }))
  }
  return { at: now.toISOString(), sources: checked }
}

interface Serving {
  model: SourceCheck['model']
  /** That it was the last to answer. */
  labels: LoopLabel[]
}

async function servingModels({ sql }: FhirStore, source: LoopSource): Promise<Serving[]> {
  const newestFirst = await resultCounts(sql, { source: source.id })
  const counts = await labelCounts(sql, { source: source.id })
  const last = source.loop.labels.flatMap((label) => {
    const result = newestFirst.find(({ model }) => counts.some((one) => one.model === model && one.label === label.key))
    return result ? [{ label, result }] : []
  })
  return [...Map.groupBy(last, ({ result }) => result)].map(([{ model: key, name, version, sha256 }, members]) => ({
    model: { key, name, version, sha256 },
    labels: members.map(({ label }) => label)
  }))
}

async function checkModel(
  deps: CheckDeps,
  source: LoopSource,
  { model, labels: answered, now }: Serving & { now: Date }
): Promise<SourceCheck> {
  const { store, computer, config, log } = deps
  const tasks = loopTasks(store, { owner: config.owner || deps.fallbackOwner, source, model, now })
  const open: string[] = []
  const raise = async (finding: Finding): Promise<void> => {
    const { id, isNew } = await tasks.raise(finding)
    open.push(`Task/${id}`)
    if (isNew) log.warn({ module: source.id, event: finding.kind }, findingText[finding.kind].log)
  }
  const { inputs, comparedWith } = await stabilityInputs(
    store.sql,
    { source: source.id, model: model.key },
    { now, reference: await deps.referenceOf(source, model.sha256) }
  )
  const stability = inputs.length === 0 ? [] : await computer.run('psi', { inputs, breach: config.psiBreach })
  const breaches = stability.filter(({ verdict }) => verdict === 'breach')
  if (breaches.length > 0) await raise({ kind: 'drift-inputs', comparedWith, inputs: breaches })

  const labels: SourceCheck['labels'] = []
  for (const { key: label, kind } of answered) {
    if (kind === 'measurement') continue
    const filter = { source: source.id, label, model: model.key, limit: MAX_PAIRS }
    const pairs = await loadPairs(store.sql, filter)
    const charts =
      kind === 'probability' ? await chartsOf(since(pairs, await tasks.closedAt('drift-calibration', label))) : []
    const gaps = await gapsOf(since(pairs, await tasks.closedAt('gap', label)))
    const signals = charts.filter(({ signalAt }) => signalAt !== undefined)
    if (signals.length > 0) await raise({ kind: 'drift-calibration', label, pairs: pairs.length, charts: signals })
    const found = gaps.filter(({ breach }) => breach)
    if (found.length > 0) await raise({ kind: 'gap', label, gaps: found })
    labels.push({ label, pairs: pairs.length, charts, gaps })
  }
  return { source: source.id, model, comparedWith, inputs: stability, labels, tasks: open }

  async function chartsOf(pairs: readonly LoopPair[]): Promise<CusumSide[]> {
    if (pairs.length < MIN_CHART) return []
    return computer.run('cusum', { cases: packed(pairs), oddsRatio: config.cusumOddsRatio })
  }

  async function gapsOf(pairs: readonly LoopPair[]): Promise<GapRow[]> {
    const attributes = config.fairnessAttributes.filter((name) =>
      pairs.some(({ groups }) => groups[name] !== undefined)
    )
    const threshold =
      pairs.findLast((pair) => pair.threshold !== undefined)?.threshold ?? prevalenceMatchedThreshold(pairs)
    if (pairs.length < MIN_CHART || attributes.length === 0 || !Number.isFinite(threshold)) return []
    return computer.run('gaps', { cases: packed(pairs), attributes, threshold })
  }
}

/** After a person has closed a finding, only what was foretold later is looked at. */
const since = (pairs: readonly LoopPair[], closedAt: string | undefined): LoopPair[] =>
  closedAt === undefined ? [...pairs] : pairs.filter(({ at }) => Date.parse(at) > Date.parse(closedAt))
