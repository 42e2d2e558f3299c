import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../../../../core/errors/app-error.ts'

/** What lies in a data folder, and where. */
export type Located =
  | { kind: 'own'; columns: string }
  | { kind: 'support2'; file: string }
  | { kind: 'challenge'; sets: { file: string; outcomes: string }[] }

/**
 * Which of the three layouts a folder holds: `columns.json` (a hospital's own table), `support2.csv.gz`, or `set_*.csv.gz` with its
 * `Outcomes-*.txt`; unzipped files are as good. The folder itself comes first, then those one level down, in the order of
 * their names. The path of a table is taken as well as that of its folder.
 *
 * @throws AppError BAD_REQUEST reason `no-dataset` where there is none of them, `outcomes-missing` where a set is alone
 */
export async function locate(path: string): Promise<Located> {
  const what = await stat(path).catch((cause: unknown) => {
    throw new AppError('BAD_REQUEST', { reason: 'no-dataset', cause })
  })
  if (!what.isDirectory()) return found(await within(dirname(path), (name) => name === basename(path)))
  const here = await within(path)
  if (here) return here
  for (const entry of (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const below = entry.isDirectory() ? await within(join(path, entry.name)) : undefined
    if (below) return below
  }
  return found(undefined)
}

const SET = /^set_([A-Za-z0-9-]{1,40})\.csv(?:\.gz)?$/
const SUPPORT2 = /^support2\.csv(?:\.gz)?$/

async function within(dir: string, isWanted = (_name: string) => true): Promise<Located | undefined> {
  const all = (await readdir(dir)).sort()
  const names = all.filter(isWanted)
  if (names.includes('columns.json')) return { kind: 'own', columns: join(dir, 'columns.json') }
  const support2 = names.find((name) => SUPPORT2.test(name))
  if (support2) return { kind: 'support2', file: join(dir, support2) }
  const sets = names.filter((name) => SET.test(name))
  if (sets.length === 0) return undefined
  return {
    kind: 'challenge',
    sets: sets.map((name) => {
      const outcomes = `Outcomes-${SET.exec(name)![1]}.txt`
      if (!all.includes(outcomes)) throw new AppError('BAD_REQUEST', { reason: 'outcomes-missing', at: outcomes })
      return { file: join(dir, name), outcomes: join(dir, outcomes) }
    })
  }
}

function found(located: Located | undefined): Located {
  if (!located) throw new AppError('BAD_REQUEST', { reason: 'no-dataset' })
  return located
}
