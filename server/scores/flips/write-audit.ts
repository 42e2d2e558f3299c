import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import type { FlipAudit } from './audit-flips.ts'
import { flipsSvg } from './flips-svg.ts'

/**
 * The audit as files: `flips.json` (all of it but the single changes), `changes.csv` (one line a twin), `flips.svg`.
 * Names of simulated stays are seeds; those of a data folder are its record ids, and stay in the folder that the caller names.
 *
 * @returns the names written
 */
export async function writeAudit(
  dir: string,
  audit: FlipAudit & { settings: Record<string, unknown> }
): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const { changes, ...summary } = audit
  const files: Record<string, string> = {
    'flips.json': `${JSON.stringify(summary, null, 2)}\n`,
    'changes.csv': stringify(changes, {
      header: true,
      columns: ['stay', 'twin', 'attribute', 'contrast', 'variant', 'recorded', 'flipped', 'change'],
      // A record id may begin with what a spreadsheet takes for a formula.
      cast: { string: (value) => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value) }
    }),
    'flips.svg': `${flipsSvg(audit)}\n`
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content)
  return Object.keys(files)
}
