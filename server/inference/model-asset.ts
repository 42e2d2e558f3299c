import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { sha256 } from '../../core/ids.ts'
import type { ModelFolder } from '../../core/model.ts'

/**
 * The parsed JSON of an asset that the manifest of a model folder lists; undefined where it lists none of that name.
 *
 * @throws AppError MODEL_CHANGED when the file is not the one that the manifest names
 */
export async function modelAsset(folder: ModelFolder | undefined, file: string): Promise<unknown> {
  const listed = folder?.manifest.assets?.find((asset) => asset.file === file)
  if (!folder || !listed) return undefined
  const bytes = await readFile(join(folder.dir, listed.file))
  if (sha256(bytes) !== listed.sha256) throw new AppError('MODEL_CHANGED', { reason: 'asset', at: listed.file })
  return JSON.parse(bytes.toString('utf8'))
}
