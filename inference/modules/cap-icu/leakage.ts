import { readFileSync } from 'node:fs'

const LISTS = JSON.parse(readFileSync(new URL('./leakage.json', import.meta.url), 'utf8')) as {
  support2: string[]
  challenge2012: string[]
  aliases: string[]
  computed: string[]
}

const FORBIDDEN: ReadonlySet<string> = new Set(
  [...LISTS.support2, ...LISTS.challenge2012, ...LISTS.aliases].map((name) => plain(name))
)

/**
 * Those of the names that must never be an input of a mortality model (leakage.json says why): scores and outcomes themselves,
 * what is known or decided only later, identifiers, protected attributes. A name is also found as the column of a
 * statistic or of a category ('avtisst.mean', 'dnr=yes'), in other spelling ('In.hospital.Death'), and as a word of a longer name
 * ('tiss_day3').
 *
 * @example
 * leaks(['creatinine.max', 'avtisst', 'TISS-28']) // ['avtisst', 'TISS-28']
 */
export const leaks = (names: readonly string[]): string[] =>
  names.filter((name) => !LISTS.computed.includes(name) && spellings(name).some((one) => FORBIDDEN.has(plain(one))))

/** The name, the column it is made of, and its words. */
const spellings = (name: string): string[] => [name, name.split(/[.=]/, 1)[0]!, ...name.split(/[^A-Za-z0-9]/)]

/** Lower case, letters and digits only. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
