import { existsSync, readdirSync } from 'node:fs'
import { AppError } from '../../core/errors/app-error.ts'
import type { InferenceModule } from '../../core/inference-module.ts'
import type { TransportDefinition } from '../../core/transport.ts'
import type { RuntimeModule } from '../../inference/runtime/runtime.ts'

export const FORMATS_DIR = new URL('../../adapters/formats/', import.meta.url)
const TRANSPORTS_DIR = new URL('../../adapters/transports/', import.meta.url)
const MODULES_DIR = new URL('../../inference/modules/', import.meta.url)

function folders(dir: URL): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/index.ts`, dir)))
    .map(({ name }) => name)
    .sort()
}

async function load<T>(dir: URL, name: string, at: string): Promise<T> {
  if (!folders(dir).includes(name)) throw new AppError('CONFIG_INVALID', { at, reason: 'no-such-folder' })
  const { default: found } = (await import(new URL(`${name}/index.ts`, dir).href)) as { default?: T }
  if (!found) throw new AppError('CONFIG_INVALID', { at, reason: 'no-default-export' })
  return found
}

/** The transport folder of that name. @throws AppError CONFIG_INVALID */
export const loadTransport = (name: string): Promise<TransportDefinition> =>
  load(TRANSPORTS_DIR, name, 'feeds transport')

/** The module folder of that name and the URL a worker imports it by. @throws AppError CONFIG_INVALID */
export async function loadModule(name: string): Promise<{ module: InferenceModule; url: string }> {
  return {
    module: await load<InferenceModule>(MODULES_DIR, name, `modules.${name}`),
    url: new URL(`${name}/index.ts`, MODULES_DIR).href
  }
}

/** A loaded module as the runtime takes it: with a lane of its own where its runs wait for another machine under this policy. */
export function runtimeModule(
  { module, url }: { module: InferenceModule; url: string },
  policy: Record<string, unknown>
): RuntimeModule {
  const { id, models } = module.manifest
  const outside = module.outside?.(policy)
  return { id, url, ...(outside ? { outside: { ...outside, roles: models } } : {}) }
}

export const moduleNames = (): string[] => folders(MODULES_DIR)
