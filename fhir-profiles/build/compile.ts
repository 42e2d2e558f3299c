import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { writeCorePackage } from './core-package.ts'

const SUSHI = 'fsh-sushi@3.21.0'
/** Written in the sources wherever the canonical base of sushi-config.yaml goes. */
const BASE_MARK = '__BASE__'

/** A FHIR definition or example as the compiler wrote it. */
export interface Compiled {
  resourceType: string
  id: string
  url?: string
  [element: string]: unknown
}

/**
 * Compiles the FSH sources off-line, with snapshots, in a scratch folder that is also the compiler's home.
 *
 * @param sources folder with sushi-config.yaml and the .fsh files
 * @param scratch an empty folder
 * @returns the canonical base, the resources sorted by type and id, and the `$ID-*` aliases
 * @throws Error with the compiler's output when it reports an error or a warning
 */
export function compile(
  sources: string,
  scratch: string
): { base: string; resources: Compiled[]; aliases: Record<string, string> } {
  const config = readFileSync(join(sources, 'sushi-config.yaml'), 'utf8')
  const base = /^canonical: (\S+)$/m.exec(config)?.[1]
  if (base === undefined) throw new Error('sushi-config.yaml names no canonical')
  const project = join(scratch, 'project')
  const home = join(scratch, 'home')
  mkdirSync(join(project, 'input', 'fsh'), { recursive: true })
  writeFileSync(join(project, 'sushi-config.yaml'), config)
  const aliases: Record<string, string> = {}
  for (const file of fshFiles(sources)) {
    const text = readFileSync(file, 'utf8').replaceAll(BASE_MARK, base)
    for (const [, name, url] of text.matchAll(/^Alias: (\$ID-\S+) = (\S+)$/gm)) aliases[name!] = url!
    writeFileSync(join(project, 'input', 'fsh', relative(sources, file).replaceAll(/[\\/]/g, '-')), text)
  }
  writeCorePackage(home)
  // HOME is changed for the compiler only: npm keeps the user's own settings and cache.
  const command = `HOME='${home}' FORCE_COLOR=0 sushi build '${project}' -s`
  const run = spawnSync('npx', ['--yes', '--loglevel=error', '-p', SUSHI, '-c', command], { encoding: 'utf8' })
  const output = `${run.stdout}\n${run.stderr}`
  if (run.status !== 0) throw new Error(`The FSH compiler failed:\n${output}`)
  // Both warnings say only that there is no network, which is not needed.
  const complaints = output
    .split('\n')
    .filter((line) => /^(error|warn)/.test(line) && !/automatically-provided|latest version of sushi/.test(line))
  if (complaints.length > 0) throw new Error(`The FSH compiler complains:\n${output}`)
  return { base, resources: readCompiled(join(project, 'fsh-generated', 'resources')), aliases }
}

function fshFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.fsh'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function readCompiled(folder: string): Compiled[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Compiled)
}
