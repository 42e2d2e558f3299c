import { readdirSync, readFileSync } from 'node:fs'
import type { EcgKind } from '../../../adapters/ecg/kinds.ts'
import { recogniseEcg } from '../../../adapters/ecg/recognise.ts'

export interface EcgSeed {
  kind: EcgKind
  bytes: Buffer
}

const FORMATS = new URL('../../../adapters/formats/', import.meta.url)

/** Every fixture of every format that is an ECG file by its bytes: a format that joins is fuzzed without being named here. */
export function ecgSeeds(): EcgSeed[] {
  return readdirSync(FORMATS).flatMap((format) => {
    const folder = new URL(`${format}/fixtures/`, FORMATS)
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
      .flatMap(({ name }) => {
        const bytes = readFileSync(new URL(name, folder))
        const kind = recogniseEcg(bytes)
        return kind ? [{ kind, bytes }] : []
      })
  })
}
