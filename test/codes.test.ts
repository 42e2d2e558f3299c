import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GENERATED_DIR } from '../fhir-profiles/conformance.ts'
import * as guide from '../fhir-profiles/index.ts'
import {
  contextFree,
  KNOWN_MISPRINTS,
  LEADS,
  MDC,
  MDC_DICOM,
  SOP_CLASS,
  SYSTEM,
  UCUM,
  UNCONFIRMED
} from '../fhir-profiles/index.ts'
import { loincCheck, P_ROWS, snomedCheck } from './support/check-digits.ts'

/** codes.md section 9 over every code that is shipped: generated JSON, FSH sources, constants. */

interface Found {
  system: string
  code: string
  display?: string
  where: string
}

const ROOT = join(import.meta.dirname, '..')

/** Every object with system and code, however deep. */
function codingsIn(value: unknown, where: string): Found[] {
  if (typeof value !== 'object' || value === null) return []
  const own = value as { system?: unknown; code?: unknown; display?: unknown }
  const here =
    typeof own.system === 'string' && typeof own.code === 'string'
      ? [
          {
            system: own.system,
            code: own.code,
            where,
            ...(typeof own.display === 'string' ? { display: own.display } : {})
          }
        ]
      : []
  return [...here, ...Object.values(value).flatMap((inner) => codingsIn(inner, where))]
}

const files = (folder: string, ends: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ends))
    .map((name) => join(folder, name))

const json = files(GENERATED_DIR, '.json').flatMap((path) => {
  const resource: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return [...codingsIn(resource, path), ...definedIn(resource, path)]
})

/** Codes that a CodeSystem defines, or a ValueSet lists, stand without their system beside them. */
function definedIn(resource: unknown, where: string): Found[] {
  type Row = { code: string; display?: string }
  const { resourceType, url, concept, compose } = resource as {
    resourceType: string
    url: string
    concept?: Row[]
    compose?: { include: { system: string; concept?: Row[] }[] }
  }
  const defined = resourceType === 'CodeSystem' ? (concept ?? []).map((row) => ({ ...row, system: url, where })) : []
  const listed = (compose?.include ?? []).flatMap(({ system, concept: rows = [] }) =>
    rows.map((row) => ({ ...row, system, where }))
  )
  return [...defined, ...listed]
}

/** `$LNC#11524-6 "EKG study"` in the FSH sources. */
const FSH_SYSTEM: Record<string, string> = { LNC: SYSTEM.loinc, SCT: SYSTEM.snomed, MDC: SYSTEM.mdc }
const fsh = files(join(ROOT, 'fhir-profiles', 'fsh'), '.fsh').flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/\$(LNC|SCT|MDC)#([\w.-]+)(?: "([^"]*)")?/g)].map(
    ([, alias, code, display]) => ({
      system: FSH_SYSTEM[alias!]!,
      code: code!,
      ...(display ? { display } : {}),
      where: path
    })
  )
)

/** UNCONFIRMED is the list of what must not be emitted, so it is no constant to emit. */
const { UNCONFIRMED: _data, ...constants } = guide
const shipped = [...json, ...fsh, ...codingsIn(constants, 'constants')]

const of = (system: string): Found[] => shipped.filter((one) => one.system === system)
const failing = (found: Found[], passes: (code: string) => boolean): string[] =>
  found.filter(({ code }) => !passes(code)).map(({ code, where }) => `${code} in ${where}`)

test('the walk finds codes of each system in JSON, FSH and constants', () => {
  for (const source of [json, fsh, codingsIn(constants, 'constants')]) {
    const systems = new Set(source.map(({ system }) => system))
    expect([SYSTEM.loinc, SYSTEM.snomed, SYSTEM.mdc].filter((system) => !systems.has(system))).toEqual([])
  }
  expect(of(SYSTEM.loinc).length).toBeGreaterThan(40)
  expect(of(SYSTEM.snomed).length).toBeGreaterThan(30)
})

describe('check digits', () => {
  test('the Verhoeff tables built from the description are the published ones', () => {
    expect(P_ROWS[1]).toEqual([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])
    expect(P_ROWS[2]).toEqual([5, 8, 0, 3, 7, 9, 6, 1, 4, 2])
    expect(P_ROWS).toHaveLength(8)
  })

  test('the checks find what is wrong', () => {
    expect(loincCheck('2823-3')).toBe(true)
    expect(KNOWN_MISPRINTS.map(({ wrong, right }) => [loincCheck(wrong), loincCheck(right)])).toEqual(
      KNOWN_MISPRINTS.map(() => [false, true])
    )
    expect(['28233', '2823-', 'x-3', ' 2823-3'].map(loincCheck)).toEqual([false, false, false, false])
    // A swapped pair of digits, a wrong digit, a description identifier and a leading zero.
    expect(['14140090', '14140008', '754786011', '014140009'].map(snomedCheck)).toEqual([false, false, false, false])
  })

  test('every LOINC code passes mod 10', () => {
    expect(failing(of(SYSTEM.loinc), loincCheck)).toEqual([])
  })

  test('every SNOMED CT identifier passes Verhoeff and is a concept', () => {
    expect(failing(of(SYSTEM.snomed), snomedCheck)).toEqual([])
  })

  test('unconfirmed LOINC codes are typed rightly too', () => {
    const codes = UNCONFIRMED.filter(({ system }) => system === SYSTEM.loinc).map(({ code }) => code)
    expect(codes.filter((code) => !loincCheck(code))).toEqual([])
    expect(codes.length).toBeGreaterThan(10)
  })
})

test('no code has two displays', () => {
  const displays = new Map<string, Set<string>>()
  for (const { system, code, display } of shipped) {
    if (display === undefined) continue
    const key = `${system}|${code}`
    displays.set(key, (displays.get(key) ?? new Set()).add(display))
  }
  expect([...displays].filter(([, texts]) => texts.size > 1).map(([key, texts]) => [key, ...texts])).toEqual([])
})

test('every local code that is used is defined', () => {
  const defined = new Set(Object.keys(guide.HIS))
  expect(failing(of(guide.CODE_SYSTEM.concepts), (code) => defined.has(code))).toEqual([])
})

test('every UCUM unit is on the list', () => {
  const known: string[] = Object.values(UCUM)
  expect(failing(of(SYSTEM.ucum), (code) => known.includes(code))).toEqual([])
  expect(of(SYSTEM.ucum).length).toBeGreaterThan(0)
})

test('no unconfirmed code is emitted', () => {
  const barred = new Set(UNCONFIRMED.map(({ system, code }) => `${system}|${code}`))
  expect(shipped.filter(({ system, code }) => barred.has(`${system}|${code}`))).toEqual([])
})

/** Literals in the sources: no unconfirmed or mistyped code slips past the constants, fixtures and demo included. */
test('no source holds a mistyped or unconfirmed LOINC code', () => {
  const folders = ['core', 'adapters', 'dicom', 'inference', 'server', 'bin', 'scripts', 'fhir-profiles']
  const sources = folders
    .flatMap((folder) => [...files(join(ROOT, folder), '.ts'), ...files(join(ROOT, folder), '.mjs')])
    .filter((path) => !path.endsWith('.test.ts') && !path.endsWith('unconfirmed.ts'))
  const unconfirmed = new Set(UNCONFIRMED.map(({ code }) => code))
  const wrong = sources.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/['"|](\d{4,5}-\d)(?=['"^&])/g)]
      .map(([, code]) => code!)
      .filter((code) => !loincCheck(code) || unconfirmed.has(code))
      .map((code) => `${code} in ${path}`)
  )
  expect(sources.length).toBeGreaterThan(50)
  expect(wrong).toEqual([])
})

test('MDC numbers are partition x 65536 + code', () => {
  for (const [measure, { code }] of Object.entries(MDC)) {
    const [partition, number] = MDC_DICOM[measure as keyof typeof MDC_DICOM].split(':').map(Number)
    expect([measure, Number(code)]).toEqual([measure, partition! * 65536 + number!])
  }
  expect(contextFree(2, 16184)).toBe(147256)
  // 256 apart: the potential series of FHIR against the lead numbers of DICOM.
  expect(LEADS.map(({ fhir, n }) => Number(fhir.code) - contextFree(2, n))).toEqual(LEADS.map(() => 256))
})

const isUid = (text: string): boolean => /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text) && text.length <= 64

test('every UID and OID is well formed', () => {
  const oids = [...new Set(shipped.map(({ system }) => system))].filter((system) => system.startsWith('urn:oid:'))
  const uids = [...Object.values(SOP_CLASS), ...[...oids, SYSTEM.mdcOid].map((oid) => oid.slice('urn:oid:'.length))]
  expect(uids.filter((uid) => !isUid(uid))).toEqual([])
  expect(new Set(Object.values(SOP_CLASS)).size).toBe(Object.keys(SOP_CLASS).length)
  expect(['1.2.03', '1..2', '1.2.', `1.${'2'.repeat(63)}`].filter(isUid)).toEqual([])
})

test('SOP classes are those of the registry', () => {
  // The retired trial class is ...1.1.9.1 alone (codes.md section 7).
  expect(Object.values(SOP_CLASS)).not.toContain('1.2.840.10008.5.1.4.1.1.9.1')
  expect(SOP_CLASS.twelveLeadEcg).toBe('1.2.840.10008.5.1.4.1.1.9.1.1')
  expect(SOP_CLASS.enhancedMrImage).toBe('1.2.840.10008.5.1.4.1.1.4.1')
})
