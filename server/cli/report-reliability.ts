import { AppError } from '../../core/errors/app-error.ts'
import type { ModelFolder } from '../../core/model.ts'
import { HIDDEN_TEXT } from '../../inference/modules/anyecg/explain.ts'
import { manifest as anyecg } from '../../inference/modules/anyecg/manifest.ts'
import { planOf } from '../../inference/modules/anyecg/plan.ts'
import { type ReliabilityLine, reliabilityLines } from '../../inference/modules/anyecg/reliability-report.ts'
import { discoverModels, readAssets } from '../../inference/runtime/registry.ts'
import { SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { loadModule } from '../app/discover.ts'
import { modelPlacesOf } from '../app/model-places.ts'
import { loadConfig } from '../config/load.ts'
import { UsageError } from './command.ts'

/**
 * How good every label of the model in service is, and which of them this site shows: no runtime is started.
 *
 * @throws UsageError for a module without labels; AppError MODEL_UNAVAILABLE where nothing answers
 */
export async function reportReliability(source: string, isJson: boolean): Promise<number> {
  if (source !== anyecg.id) throw new UsageError(`only ${anyecg.id} has a reliability table`)
  const config = loadConfig()
  const own = config.modules[source]
  const { module } = await loadModule(source)
  const entries = await discoverModels({
    shippedRoot: SHIPPED_MODELS,
    ...modelPlacesOf(config, [{ module, config: { model: own?.model } }])
  })
  const folderOf = (role: string): ModelFolder | undefined => {
    const entry = entries.get(role)
    return entry?.kind === 'model' ? entry.folder : undefined
  }
  const plan = planOf((role) => folderOf(role)?.manifest)
  const folder = plan && folderOf(plan.role)
  if (!folder) throw new AppError('MODEL_UNAVAILABLE', { reason: 'role' })
  const assets = await readAssets(folder.dir, folder.manifest)
  const lines = reliabilityLines(folder.manifest, (file) => assets.get(file), { ...folder.site, ...own?.policy })
  const { name, version } = folder.manifest
  if (isJson) process.stdout.write(`${JSON.stringify({ module: source, model: { name, version }, labels: lines })}\n`)
  else for (const line of tableOf(`${name} ${version}`, lines)) process.stdout.write(`${line}\n`)
  return 0
}

/** One line a label, the shown first, then by what the tracing adds. */
export function tableOf(model: string, lines: readonly ReliabilityLine[]): string[] {
  const shown = lines.filter(({ hidden }) => hidden === undefined).length
  const sorted = lines.toSorted(
    (a, b) =>
      Number(a.hidden !== undefined) - Number(b.hidden !== undefined) ||
      (b.reliability?.gain ?? -2) - (a.reliability?.gain ?? -2)
  )
  return [
    `${model}: ${shown} of ${lines.length} labels shown`,
    `  ${'label'.padEnd(30)} grade      n  positive  AUROC  age-sex  gain (95 % interval)        ECE   gap   shown`,
    ...sorted.map(lineOf)
  ]
}

function lineOf({ label, grade, reliability: row, hidden }: ReliabilityLine): string {
  const verdict = hidden === undefined ? 'yes' : `no: ${HIDDEN_TEXT[hidden]}`
  const key = `${label.data === 'simulated' ? '~' : ' '}${label.key}`.padEnd(31)
  if (!row) return ` ${key} ${grade}      no table  ${verdict}`
  const two = (value: number | undefined): string => (value === undefined ? '  - ' : value.toFixed(2))
  const gain = `${row.gain.toFixed(3)} (${row.gainCi[0].toFixed(3)} to ${row.gainCi[1].toFixed(3)})`
  return ` ${key} ${grade} ${String(row.n).padStart(10)} ${String(row.positives).padStart(9)}   ${two(row.auroc)}     ${two(row.ageSexAuroc)}  ${gain.padEnd(26)} ${two(row.ece)}  ${two(row.subgroupGap)}  ${verdict}`
}
