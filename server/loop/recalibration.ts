import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { ModelFolder } from '../../core/model.ts'
import type { Sql } from '../../core/sql.ts'
import { onRawScale, type SiteCalibration, siteCalibration } from '../../inference/decision/index.ts'
import { laidOver, SITE_FILE } from '../../inference/runtime/registry.ts'
import { packed } from './compute/columns.ts'
import type { Computer } from './compute/computer.ts'
import type { Line, Recalibration } from './compute/recalibrate.ts'
import { resultCounts } from './counts.ts'
import { loadPairs } from './pairs.ts'
import type { LoopSource } from './source.ts'

export interface RecalibrationProposal {
  source: string
  label: string
  model: { name: string; version: string; sha256: string }
  /** What cross-validation on the site's own pairs says; its `line` is on the log odds of what is served now. */
  fitted: Recalibration
  /** The same line on the log odds of the model, as site.json would hold it; absent where nothing is proposed. */
  proposal?: Line
  /** The lower end of the gain's interval is above 0. */
  isShownBetter: boolean
  /** The site's calibration that serves now. */
  inForce?: SiteCalibration
}

export interface RecalibrationDeps {
  sql: Sql
  computer: Pick<Computer, 'run'>
  folderOf(sha256: string): Promise<ModelFolder | undefined>
  /** Where overlays of shipped models lie. */
  siteRoot: string
  clock: Clock
}

const MAX_PAIRS = 20_000
const DRAWS = 500

/** What the site's own pairs say of the calibration of a model, and the only way that it gets into site.json: a named person. */
export function createRecalibration({ sql, computer, folderOf, siteRoot, clock }: RecalibrationDeps) {
  /** @throws AppError BAD_REQUEST: no probability, or a model that is not ours (reason 'not-our-model') */
  async function propose(source: LoopSource, label: string): Promise<RecalibrationProposal> {
    const kind = source.loop.labels.find(({ key }) => key === label)?.kind
    if (kind !== 'probability') throw new AppError('BAD_REQUEST', { at: 'label', reason: 'not-a-probability' })
    const { folder, at } = await servingModel(source, label)
    const inForce = siteCalibration(at)
    const approvedAt = (inForce as { approvedAt?: string } | undefined)?.approvedAt
    // What was served before the site's own line came into force was served on another scale.
    const pairs = await loadPairs(sql, {
      source: source.id,
      label,
      model: folder.manifest.sha256,
      from: approvedAt,
      limit: MAX_PAIRS
    })
    const fitted = await computer.run('recalibrate', { cases: packed(pairs), draws: DRAWS })
    const isProposed = fitted.line !== undefined && fitted.method !== 'none' && fitted.line.slope > 0
    const { name, version, sha256 } = folder.manifest
    return {
      source: source.id,
      label,
      model: { name, version, sha256 },
      fitted,
      ...(isProposed ? { proposal: onRawScale(fitted.line!, at) } : {}),
      isShownBetter: isProposed && (fitted.gain?.ci[0] ?? 0) > 0,
      ...(inForce ? { inForce } : {})
    }
  }

  /** The model that answers now: of the newest result for this label whose folder serves here. */
  async function servingModel(source: LoopSource, label: string) {
    for (const { sha256, model } of await resultCounts(sql, { source: source.id })) {
      const folder = sha256 ? await folderOf(sha256) : undefined
      if (!folder) continue
      const [said] = await sql.all(
        `SELECT 1 AS one FROM loop_predictions q JOIN loop_results r ON r.source = q.source AND r.result = q.result
         WHERE r.source = ? AND r.model = ? AND q.label = ? LIMIT 1`,
        [source.id, model, label]
      )
      if (said) return { folder, at: { label, manifest: folder.manifest, site: { ...folder.site, ...source.policy } } }
    }
    throw new AppError('BAD_REQUEST', { at: 'source', reason: 'not-our-model' })
  }

  return {
    propose,
    /**
     * Writes the proposal into the site's site.json. It serves from the next start on.
     *
     * @param approver the person who answers for it
     * @throws AppError BAD_REQUEST at `approver`, or (reason 'no-proposal') when there is nothing to apply
     */
    async apply(
      source: LoopSource,
      label: string,
      approver: unknown
    ): Promise<RecalibrationProposal & { applied: SiteCalibration }> {
      if (typeof approver !== 'string' || approver.trim().length < 2 || approver.length > 200)
        throw new AppError('BAD_REQUEST', { at: 'approver', reason: 'required' })
      const proposed = await propose(source, label)
      const { proposal, fitted, model } = proposed
      if (!proposal) throw new AppError('BAD_REQUEST', { at: 'label', reason: 'no-proposal' })
      const applied = {
        method: 'platt' as const,
        slope: proposal.slope,
        intercept: proposal.intercept,
        n: fitted.n,
        positives: fitted.positives,
        from: fitted.from,
        to: fitted.to,
        modelSha256: model.sha256,
        approvedBy: approver.trim(),
        approvedAt: clock.now().toISOString()
      }
      const folder = (await folderOf(model.sha256))!
      const dir = folder.shipped ? join(siteRoot, basename(folder.dir)) : folder.dir
      await lay(dir, { calibration: { [label]: applied } })
      return { ...proposed, applied }
    }
  }
}

export type RecalibrationService = ReturnType<typeof createRecalibration>

/** Whole or not at all: a server that starts meanwhile reads the old file or the new one. */
async function lay(dir: string, over: Record<string, unknown>): Promise<void> {
  const file = join(dir, SITE_FILE)
  await mkdir(dir, { recursive: true })
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const site = laidOver(JSON.parse(text) as Record<string, unknown>, over)
  const next = `${file}.next`
  await writeFile(next, `${JSON.stringify(site, null, 2)}\n`)
  await rename(next, file)
}
