import { readFileSync } from 'node:fs'
import { ERRORS } from '../../core/errors/table.ts'

/**
 * Codes that the README of a plug-in's folder names behind the word 'Refused'; `unknown` are those that no table has.
 * @throws when the folder has no README
 */
export function refusedCodes(folder: URL): { codes: string[]; unknown: string[] } {
  const text = readFileSync(new URL('README.md', folder), 'utf8')
  const refused = /Refused\b[\s\S]*/.exec(text)?.[0] ?? ''
  const codes = [...refused.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)].map(([, code]) => code!)
  return { codes, unknown: codes.filter((code) => !(code in ERRORS)) }
}
