import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function temporaryFolder(): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'hb-hostile-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
