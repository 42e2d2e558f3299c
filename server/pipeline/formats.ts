import { readdir } from 'node:fs/promises'
import type { Family } from '../../core/envelope.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { Format } from '../../core/format.ts'

export interface Formats {
  /** Folder names of the enabled formats. */
  names: readonly string[]
  /**
   * The one format that reads this kind, among those the feed allows.
   * @throws AppError NO_FORMAT, AMBIGUOUS_FORMAT
   */
  find(family: Family, kind: string, allowed?: readonly string[]): Format
  /** Feed options that belong to formats alone. */
  options: ReadonlySet<string>
  /** Family of the formats that read this media type (parameters and case do not count). */
  familyOf(mediaType: string): Family | undefined
  /** The writers of recordings among them, by what `hisbundle convert --to` calls them. */
  writers: ReadonlyMap<string, NonNullable<Format['writer']>>
}

/** Names of the folders below `dir` that hold a format (an index.ts), sorted. */
export async function discoverFormats(dir: URL): Promise<string[]> {
  const folders = await readdir(dir, { withFileTypes: true })
  const found = await Promise.all(
    folders
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => ((await readdir(new URL(`${name}/`, dir))).includes('index.ts') ? [name] : []))
  )
  return found.flat().sort()
}

/** Default export of a format's folder. @throws AppError CONFIG_INVALID when it has none, or calls itself otherwise */
export async function importFormat(dir: URL, name: string): Promise<Format> {
  const module = (await import(new URL(`${name}/index.ts`, dir).href)) as { default?: Format }
  if (module.default?.name !== name) throw new AppError('CONFIG_INVALID', { reason: 'format-export' })
  return module.default
}

/**
 * Imports the enabled formats.
 *
 * @param dir folder of format folders, with a trailing slash
 * @param enabled folder names; absent: all that are there
 * @throws AppError CONFIG_INVALID for a name without a folder
 */
export async function loadFormats(dir: URL, enabled?: readonly string[]): Promise<Formats> {
  const there = await discoverFormats(dir)
  const names = enabled ?? there
  if (names.some((name) => !there.includes(name))) throw new AppError('CONFIG_INVALID', { reason: 'format-unknown' })
  const formats = await Promise.all(names.map((name) => importFormat(dir, name)))
  const familyByMediaType = new Map<string, Family>()
  for (const { mediaTypes, family } of formats) {
    for (const mediaType of mediaTypes) familyByMediaType.set(bare(mediaType), family)
  }
  return {
    names,
    options: new Set(formats.flatMap(({ options = [] }) => options)),
    find(family, kind, allowed) {
      const found = formats.filter(
        (format) =>
          format.family === family && (allowed === undefined || allowed.includes(format.name)) && format.accepts(kind)
      )
      if (found.length > 1) throw new AppError('AMBIGUOUS_FORMAT')
      if (!found[0]) throw new AppError('NO_FORMAT')
      return found[0]
    },
    familyOf: (mediaType) => familyByMediaType.get(bare(mediaType)),
    writers: new Map(formats.flatMap(({ writer }) => (writer ? [[writer.as, writer]] : [])))
  }
}

const bare = (mediaType: string): string => mediaType.split(';')[0]!.trim().toLowerCase()
