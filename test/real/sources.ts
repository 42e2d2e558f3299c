import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dataPath } from '../support/data.ts'

let sums: ReadonlyMap<string, string> | undefined

/** sha256 by path, as the data folder itself lists them. */
function listed(): ReadonlyMap<string, string> {
  sums ??= new Map(
    readFileSync(dataPath('SHA256SUMS'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(66), line.slice(0, 64)])
  )
  return sums
}

/** Paths of the data folder that begin so, in its own order. */
export const listedUnder = (prefix: string): string[] => [...listed().keys()].filter((path) => path.startsWith(prefix))

/** Bytes of a real record. Throws when they are not the ones that SHA256SUMS names: then no figure would mean anything. */
export function readSource(path: string): Buffer {
  const bytes = readFileSync(dataPath(...path.split('/')))
  const found = createHash('sha256').update(bytes).digest('hex')
  if (listed().get(path) !== found) throw new Error(`${path} is not the file of SHA256SUMS`)
  return bytes
}

/** Rows of a simple CSV file (no quotes) by column name. */
export function readTable(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readSource(path).toString('utf8').trim().split(/\r?\n/)
  const columns = head.split(',')
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, i) => [columns[i] ?? '', value])))
}
