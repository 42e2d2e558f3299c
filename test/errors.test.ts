import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, asAppError } from '../core/errors/app-error.ts'
import { ERRORS, type ErrorCode } from '../core/errors/table.ts'
import { toErrSegment } from '../core/errors/to-err-segment.ts'
import { toOutcome } from '../core/errors/to-outcome.ts'
import { toAckCode, toDimseStatus, toHttpStatus } from '../core/errors/to-status.ts'
import { errorsPage } from '../scripts/errors-doc.ts'

const root = join(import.meta.dirname, '..')
const codes = Object.keys(ERRORS) as ErrorCode[]
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')

function sources(dir: string): string[] {
  return readdirSync(join(root, dir), { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        entry.name.endsWith('.ts') &&
        !entry.name.endsWith('.test.ts') &&
        !entry.parentPath.includes('node_modules')
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith(join('errors', 'table.ts')))
}
const text = ['core', 'adapters', 'dicom', 'fhir-profiles', 'inference', 'server']
  .flatMap(sources)
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')

describe('the table of coded errors', () => {
  test('docs/errors.md is what the table says, and names no other code', () => {
    expect(page).toBe(errorsPage())
    const documented = [...page.matchAll(/^\| ([A-Z0-9_]+) \|/gm)].map(([, code]) => code)
    expect(documented).toEqual(codes)
  })

  test.each(codes)('%s is used somewhere', (code) => {
    expect(text).toContain(`'${code}'`)
  })

  test.each(codes)('%s reaches HL7, FHIR, HTTP and DIMSE and survives JSON', (code) => {
    const error = new AppError(code, { at: 'PID-3[2].4', reason: 'test' })
    expect(toErrSegment(error)).toBe(`ERR||PID^1^3^2^4|${ERRORS[code].hl7}|E|${code}||test|${ERRORS[code].summary}`)
    expect(toOutcome(error).issue[0]).toMatchObject({ code: ERRORS[code].fhir, expression: ['PID-3[2].4'] })
    expect(toHttpStatus(error)).toBeGreaterThanOrEqual(400)
    expect(toDimseStatus(error)).toBeGreaterThan(0)
    expect(['AE', 'AR']).toContain(toAckCode(error))
    expect(asAppError(JSON.parse(JSON.stringify(error))).code).toBe(code)
  })

  test('only type, event, processing id and version are rejections', () => {
    const rejected = codes.filter((code) => ERRORS[code].ack === 'AR')
    expect(rejected.every((code) => /^20[0-3]$/.test(ERRORS[code].hl7))).toBe(true)
  })

  test('an unknown thrown thing becomes INTERNAL and keeps its cause', () => {
    const cause = new TypeError('x')
    expect(asAppError(cause)).toMatchObject({ code: 'INTERNAL', cause })
  })
})
