import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The development data folder: HISBUNDLE_DATA, default ../shared/data beside the repository. */
export const dataDir = resolve(root, process.env['HISBUNDLE_DATA'] ?? '../shared/data')

export const dataPath = (...parts: string[]): string => join(dataDir, ...parts)

export const haveData = existsSync(join(dataDir, 'README.md'))

/** `test` when the data folder is there; else the test is skipped and says why. */
export function dataTest(name: string, work: () => Promise<void>, timeoutMs?: number): void {
  if (haveData) test(name, work, timeoutMs)
  else test.skip(`${name} (skipped: no development data folder, set HISBUNDLE_DATA)`, work)
}
