import type { ModelFolder } from '../../core/model.ts'
import { servedProbability } from '../../inference/decision/index.ts'
import { discoverModels, type RegistryOptions, readAssets } from '../../inference/runtime/registry.ts'
import type { ModelReference } from './drift-inputs.ts'
import type { LoopSource } from './source.ts'

/** reference.json of a model folder, as far as it is read here. */
interface ReferenceAsset {
  features?: Record<string, { deciles?: unknown; missing?: unknown }>
  score?: { deciles?: unknown }
}

/** The model folders that serve, by the hash of their model. Read when first asked for, and again after a swap. */
export function createModelFolders(places: RegistryOptions) {
  let found: Promise<ModelFolder[]> | undefined
  const folders = (): Promise<ModelFolder[]> => {
    found ??= discoverModels(places).then((roles) =>
      [...roles.values()].flatMap((entry) => (entry.kind === 'model' ? [entry.folder] : []))
    )
    found.catch(() => {
      found = undefined
    })
    return found
  }
  const folderOf = async (sha256: string): Promise<ModelFolder | undefined> =>
    (await folders()).find(({ manifest }) => manifest.sha256 === sha256)

  return {
    folderOf,
    /** After a swap: the folders are read anew when next asked for. */
    forget(): void {
      found = undefined
    },
    /** Deciles of the model's own data; those of its score moved to the scale of what is served here. */
    async referenceOf({ loop, policy }: LoopSource, sha256: string): Promise<ModelReference | undefined> {
      const folder = await folderOf(sha256)
      if (!folder) return undefined
      const asset = (await readAssets(folder.dir, folder.manifest)).get('reference.json') as ReferenceAsset | undefined
      const entries = Object.entries(asset?.features ?? {}).flatMap(([name, { deciles, missing }]) =>
        isDeciles(deciles) ? [[name, { deciles, ...(typeof missing === 'number' ? { missing } : {}) }] as const] : []
      )
      const scores = isDeciles(asset?.score?.deciles) ? asset.score.deciles : undefined
      const site = { ...folder.site, ...policy }
      const served = loop.labels.flatMap(({ key, kind }) => {
        if (!scores || kind !== 'probability') return []
        const at = { label: key, manifest: folder.manifest, site }
        return [[`score:${key}`, { deciles: scores.map((score) => servedProbability(score, at)) }] as const]
      })
      return new Map([...entries, ...served])
    }
  }
}

export type ModelFolders = ReturnType<typeof createModelFolders>

const isDeciles = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length === 9 && value.every((one) => typeof one === 'number' && Number.isFinite(one))
