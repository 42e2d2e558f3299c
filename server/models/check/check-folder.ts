import { type AppError, asAppError } from '../../../core/errors/app-error.ts'
import type { ModelFolder, ModelManifest } from '../../../core/model.ts'
import { MAX_SITE_BYTES } from '../../../inference/runtime/manifest.ts'
import { readModelFolder } from '../../../inference/runtime/registry.ts'
import { folderFiles } from '../folder-files.ts'
import { checkDecisions } from './decisions.ts'
import { checkGolden } from './golden.ts'
import { checkBatch, checkParity, type LoadedPair, latencyOf, loadPair } from './graph.ts'
import type { CheckRow } from './row.ts'

export type { CheckRow } from './row.ts'

export interface FolderCheck {
  dir: string
  /** Absent where it could not be read. */
  manifest?: ModelManifest
  rows: CheckRow[]
  passed: boolean
}

export interface CheckOptions {
  maxSiteBytes?: number
  shipped?: boolean
  /** Where records that golden vectors name lie. */
  dataDir?: string
  /** sha256 of what serves a role; absent: not asked. */
  serving?(role: string): string | undefined
}

/**
 * Asks a model folder everything that can be asked without patients: its files, its manifest, whether it loads and answers, whether
 * optimisation changes its answers, and whether they are those that came with it. Stops at the first question without which the
 * next make no sense.
 */
export async function checkFolder(dir: string, options: CheckOptions = {}): Promise<FolderCheck> {
  const { maxSiteBytes = MAX_SITE_BYTES, shipped = false } = options
  const rows: CheckRow[] = []
  let folder: ModelFolder | undefined
  let pair: LoadedPair | undefined
  const ask = async (check: string, work: () => Promise<Omit<CheckRow, 'check'> | string>): Promise<boolean> => {
    try {
      const answer = await work()
      rows.push({ check, ...(typeof answer === 'string' ? { outcome: 'passed', detail: answer } : answer) })
    } catch (error) {
      rows.push(failureOf(check, asAppError(error, 'MODEL_UNAVAILABLE')))
    }
    return rows.at(-1)!.outcome !== 'failed'
  }
  const steps: [string, () => Promise<Omit<CheckRow, 'check'> | string>][] = [
    [
      'files',
      async () => {
        const files = await folderFiles(dir, maxSiteBytes)
        return `${files.length} files, ${mib(files.reduce((sum, { bytes }) => sum + bytes, 0))} MiB, no links`
      }
    ],
    [
      'manifest, sha256',
      async () => {
        folder = await readModelFolder(dir, shipped, maxSiteBytes)
        const { implements: role, name, version, preprocessing, assets = [] } = folder.manifest
        return `${name} ${version} for ${role}; prepared by ${preprocessing.id}; ${assets.length} assets as named`
      }
    ],
    [
      'load, shapes, warm-up',
      async () => {
        pair = await loadPair(folder!)
        return portsText(folder!.manifest)
      }
    ],
    ['calibration, limits', () => checkDecisions(folder!, pair!)]
  ]
  const rest: typeof steps = [
    ['batch', () => checkBatch(folder!, pair!)],
    ['parity', () => checkParity(folder!, pair!)],
    ['golden vectors', () => checkGolden(folder!, pair!, options.dataDir)],
    ['encoder', async () => encoderRow(folder!.manifest, options.serving)],
    ['latency', () => latencyOf(folder!, pair!)]
  ]
  let goesOn = true
  for (const [check, work] of steps) {
    goesOn = await ask(check, work)
    if (!goesOn) break
  }
  if (goesOn) for (const [check, work] of rest) await ask(check, work)
  await pair?.release()
  return {
    dir,
    ...(folder ? { manifest: folder.manifest } : {}),
    rows,
    passed: rows.every(({ outcome }) => outcome !== 'failed')
  }
}

const failureOf = (check: string, { code, reason, at }: AppError): CheckRow => ({
  check,
  outcome: 'failed',
  code,
  ...(reason ? { reason } : {}),
  detail: [code, reason, at].filter((part) => part !== undefined).join(', ')
})

function encoderRow({ encoder }: ModelManifest, serving: CheckOptions['serving']): Omit<CheckRow, 'check'> {
  if (!encoder) return { outcome: 'passed', detail: 'no head: reads no other model' }
  const wanted = `${encoder.role} ${encoder.sha256.slice(0, 12)}`
  if (!serving) return { outcome: 'skipped', detail: `wants ${wanted}; what serves was not asked` }
  const now = serving(encoder.role)
  if (now === encoder.sha256) return { outcome: 'passed', detail: `${wanted} serves` }
  return {
    outcome: 'failed',
    code: 'MODEL_UNAVAILABLE',
    reason: 'encoder',
    detail: `MODEL_UNAVAILABLE, encoder: wants ${wanted}, ${now ? `${now.slice(0, 12)} serves` : 'none serves'}`
  }
}

const portsText = ({ inputs, outputs }: ModelManifest): string => {
  const shown = (shape: (number | string)[]) => shape.join(' x ')
  const ins = inputs.map(({ name, shape }) => `${name} ${shown(shape)}`)
  const outs = outputs.map(
    ({ name, role, labels }) => `${name} (${role}${labels?.length ? ` of ${labels.length}` : ''})`
  )
  return `${ins.join(', ')} -> ${outs.join(', ')}`
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
