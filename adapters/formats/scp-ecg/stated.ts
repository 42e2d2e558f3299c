import type { DecodedWaveform, DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ScpRecord } from './record.ts'
import { readGlobalMeasurements } from './sections/section-7.ts'
import { readLeadMeasurements } from './sections/section-10.ts'
import { readCodedStatements, readTextStatements } from './sections/statements.ts'
import type { Charset } from './text.ts'

/** More statements than any cart writes; the rest is left out. */
const MAX_STATEMENTS = 500
/** Sections whose content the pipeline has a place for; 9 and those above 11 are the manufacturer's or later versions'. */
const READ: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11])

/**
 * What the cart measured and stated (sections 7, 8, 10, 11), in words. A section of these that cannot be read is left out
 * and noted: the tracing does not depend on it.
 */
export function readStated(
  { sections }: ScpRecord,
  charset: Charset,
  notes: DecodeNote[]
): Pick<DecodedWaveform, 'statements' | 'paced'> {
  for (const id of sections.keys()) if (!READ.has(id)) notes.push({ code: 'content-ignored', at: `section ${id}` })
  const from = <T>(id: number, read: (content: Uint8Array) => T): T | undefined => {
    const content = sections.get(id)?.content
    try {
      return content && read(content)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      notes.push({ code: 'content-ignored', at: `section ${id}` })
      return undefined
    }
  }
  const global = from(7, readGlobalMeasurements)
  const statements = [
    ...(global?.statements ?? []),
    ...(from(8, (content) => readTextStatements(content, charset)) ?? []),
    ...(from(11, (content) => readCodedStatements(content, charset)) ?? []),
    ...(from(10, readLeadMeasurements) ?? [])
  ]
  return {
    ...(statements.length > 0 ? { statements: statements.slice(0, MAX_STATEMENTS) } : {}),
    ...(global?.isPaced ? { paced: true } : {})
  }
}
