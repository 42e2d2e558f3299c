import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const KINDS = { format: 'adapters/formats', transport: 'adapters/transports', module: 'inference/modules' } as const
export type Kind = keyof typeof KINDS

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const REPOSITORY = dirname(dirname(fileURLToPath(import.meta.url)))
const SUFFIX = '.tpl'

/**
 * Writes a working plug-in folder from scripts/templates/<kind>: it passes lint, types, import arrows and its contract
 * suite as it stands, and nothing outside of the folder is touched (test/scaffold.test.ts holds both).
 *
 * @param root checkout to write into; default: this one
 * @returns the files, relative to the root
 * @throws Error for a kind or name that is none, or a folder that is there already
 */
export function scaffold({ kind, name, root = REPOSITORY }: { kind: Kind; name: string; root?: string }): string[] {
  if (!Object.hasOwn(KINDS, kind)) throw new Error(`unknown kind; one of ${Object.keys(KINDS).join(', ')}`)
  if (!NAME.test(name)) throw new Error('a name is lower-case words joined by hyphens: my-format')
  const folder = join(root, KINDS[kind], name)
  if (existsSync(folder)) throw new Error(`${KINDS[kind]}/${name} is there already`)
  const templates = join(REPOSITORY, 'scripts/templates', kind)
  const written = readdirSync(templates, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX))
    .map((entry) => {
      const template = join(entry.parentPath, entry.name)
      const file = join(folder, fill(relative(templates, template), name).slice(0, -SUFFIX.length))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, fill(readFileSync(template, 'latin1'), name), 'latin1')
      return relative(root, file)
    })
  tidy(folder, root)
  return written.sort()
}

/** The event is a Z-code of the name's own, so that two new formats do not take each other's messages. */
function fill(text: string, name: string): string {
  const event = `Z${String(createHash('sha256').update(name).digest()[0]! % 100).padStart(2, '0')}`
  return text.replaceAll('__NAME__', name).replaceAll('__EVENT__', event)
}

/** Line breaks depend on the length of the name. */
function tidy(folder: string, root: string): void {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  if (existsSync(biome)) spawnSync(process.execPath, [biome, 'check', '--write', folder], { cwd: root })
}

if (import.meta.main) {
  const [kind = '', name = '', flag, root] = process.argv.slice(2)
  try {
    const files = scaffold({ kind: kind as Kind, name, ...(flag === '--root' && root ? { root: resolve(root) } : {}) })
    process.stdout.write(`${files.join('\n')}\n\nTry it: npm test -- ${name} test/contract\n`)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nusage: npm run new:<kind> -- <name>\n`)
    process.exitCode = 2
  }
}
