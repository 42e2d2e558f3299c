import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDERS = ['adapters', 'dicom', 'inference', 'server']

/** Every `failpoint('name')` of the source and its file, sorted by name: the list is made from the code. */
export function failpointsOfSource(): { name: string; file: string }[] {
  return FOLDERS.flatMap((folder) => sources(folder))
    .flatMap((file) =>
      [...readFileSync(`${ROOT}${file}`, 'utf8').matchAll(/\bfailpoint\('([^']*)'\)/g)].map(([, name]) => ({
        name: name!,
        file
      }))
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function sources(folder: string): string[] {
  return readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.') && !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`)
}

/** Where another engine than the embedded one does the writing. */
const OTHER_ENGINES = /^server\/(bus\/kafka|store\/postgres|blobs\/s3)/

/** What a person at the command line runs while the server serves; server/cli/models.test.ts ends it at each of its places. */
const COMMANDS = /^server\/models\/install/

/** @returns the names that a server on embedded parts passes under load */
export const embeddedFailpoints = (): string[] =>
  failpointsOfSource()
    .filter(({ file }) => !OTHER_ENGINES.test(file) && !COMMANDS.test(file))
    .map(({ name }) => name)
