import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EvaluationCase } from '../../../../../core/inference-module.ts'
import { dataset, roleFor } from '../index.ts'

/** Simulated stays of nobody, made by hand. */
const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

async function all(dir: string): Promise<EvaluationCase[]> {
  const cases: EvaluationCase[] = []
  for await (const one of dataset(dir)) cases.push(one)
  return cases
}

test('a table of statistics, its units and codes as the map says', async () => {
  const [one, two, three, four] = await all(fixture('statistics'))
  expect(one).toMatchObject({
    recordId: 's1',
    patientId: 'p1',
    labels: { death: 0 },
    groups: { sex: 'female', age: '64', race: 'white', unit: 'medical', site: 'north' },
    others: { 'APACHE II': 14 }
  })
  expect(one!.input).toEqual({
    moment: '24h',
    windowHours: 24,
    age: 64,
    sex: 'female',
    race: 'white',
    unitKind: 'medical',
    // 88.4 umol/L of creatinine are 1.00 mg/dL
    features: { 'gcs.min': 15, 'urine.sum': 1800, 'creatinine.max': expect.closeTo(1, 4), 'lactate.max': 1.1 }
  })
  expect(two).toMatchObject({ patientId: 'p1', labels: { death: 1 }, groups: { unit: 'surgical' } })
  // No age; a ward and a race that are not known; 90,000 umol/L is no creatinine.
  expect(three).toMatchObject({ groups: { sex: 'male', site: 'south' }, others: {} })
  expect(three!.input).toEqual({
    moment: '24h',
    windowHours: 24,
    sex: 'male',
    features: { 'gcs.min': 14, 'urine.sum': null, 'creatinine.max': null, 'lactate.max': null },
    unused: [{ variable: 'creatinine', reason: 'implausible', n: 1 }]
  })
  expect(four).toMatchObject({ refused: 'outcome-missing', labels: {}, groups: { race: 'black' } })
  expect(await roleFor(fixture('statistics'))).toBe('icu-mortality/1')
})

test('a table of values: the unit of the row, else of the map, else the canonical one; only the window', async () => {
  const [one, two] = await all(fixture('values'))
  expect(one).toMatchObject({ recordId: '11', patientId: '11', labels: { '48h': 0 }, groups: { sex: 'female' } })
  expect(one!.input).toEqual({
    moment: '48h',
    windowHours: 48,
    age: 58,
    sex: 'female',
    values: [
      { variable: 'creatinine', hours: 0.5, value: expect.closeTo(1, 4) },
      { variable: 'creatinine', hours: 3, value: 1.4 },
      { variable: 'temperature', hours: 3, value: 37 }
    ],
    unused: [{ variable: 'temperature', reason: 'unit-unknown', n: 1 }]
  })
  expect(two!.input).toMatchObject({
    values: [{ variable: 'lactate', hours: 47.5, value: 8.2 }],
    unused: [{ variable: 'lactate', reason: 'implausible', n: 1 }]
  })
  expect(await roleFor(fixture('values'))).toBe('icu-mortality-48h/1')
})

test('tables as a spreadsheet of another country writes them, and results beyond a limit of the method', async () => {
  const root = await mkdtemp(join(tmpdir(), 'own-table-'))
  try {
    await cp(fixture('values'), root, { recursive: true })
    const columns = JSON.parse(await readFile(join(root, 'columns.json'), 'utf8')) as object
    await writeFile(join(root, 'columns.json'), JSON.stringify({ ...columns, delimiter: ';', decimal: ',' }))
    await writeFile(join(root, 'stays.csv'), '\uFEFFstay;died;age;sex\r\n11;0;58,5;2\r\n')
    const rows = ['stay;hours;test;result;unit', '11;1,5;LAC;2,4;', '11;2;LAC;<0,5;', '11;3;LAC;>= 15;']
    await writeFile(join(root, 'values.csv'), rows.join('\r\n'))
    const [one] = await all(root)
    expect(one!.input).toMatchObject({
      age: 58.5,
      values: [
        { hours: 1.5, value: 2.4 },
        { hours: 2, value: 0.5 },
        { hours: 3, value: 15 }
      ]
    })
  } finally {
    await rm(root, { recursive: true })
  }
})

test('the maps that the documentation shows are those of the tables judged here', async () => {
  const page = await readFile(new URL('../../../../../docs/evaluate.md', import.meta.url), 'utf8')
  const shown = [...page.matchAll(/```json\n([^`]+)```/g)].map(([, text]) => JSON.parse(text!))
  const own = ['values', 'statistics'].map((name) => readFile(join(fixture(name), 'columns.json'), 'utf8'))
  expect(shown).toEqual((await Promise.all(own)).map((text) => JSON.parse(text)))
})

describe('a map that cannot be followed is refused at its place', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'own-table-'))
  })
  afterEach(() => rm(root, { recursive: true }))

  async function refusal(kind: string, change: (columns: Record<string, never>) => unknown): Promise<unknown> {
    await cp(fixture(kind), root, { recursive: true })
    const path = join(root, 'columns.json')
    await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))))
    return all(root).then(
      () => 'accepted',
      ({ code, reason, at }: Record<string, unknown>) => ({ code, reason, at })
    )
  }
  const code = 'BAD_REQUEST'

  test.each<[string, string, object, string, string]>([
    ['a key that is none', 'statistics', { colour: 'x' }, 'columns-invalid', 'columns.json'],
    ['a window that no model covers', 'statistics', { window: 12 }, 'columns-invalid', 'columns.json /window'],
    ['a file outside the folder', 'statistics', { file: '../stays.csv' }, 'columns-invalid', 'columns.json /file'],
    [
      'a leak under any name',
      'statistics',
      { columns: { los_days: 'gcs.min' } },
      'leakage',
      'columns.json /columns/los_days'
    ],
    ['a leak as feature', 'statistics', { columns: { x: 'sofa' } }, 'leakage', 'columns.json /columns/x'],
    [
      'a variable that is none',
      'statistics',
      { columns: { x: 'cratinine.max' } },
      'variable-unknown',
      'columns.json /columns/x'
    ],
    [
      'a statistic that is none',
      'statistics',
      { columns: { x: 'creatinine.median' } },
      'variable-unknown',
      'columns.json /columns/x'
    ],
    [
      'a unit without a rule',
      'statistics',
      { columns: { x: { feature: 'gcs.min', unit: 'kPa' } } },
      'unit-unknown',
      'columns.json /columns/x'
    ],
    [
      'a unit of a sum',
      'statistics',
      { columns: { x: { feature: 'urine.sum', unit: 'L' } } },
      'unit-unknown',
      'columns.json /columns/x'
    ],
    ['a column that the table lacks', 'statistics', { age: 'years' }, 'column-missing', 'stays.csv years'],
    ['both forms at once', 'statistics', { values: {} }, 'columns-invalid', 'columns.json']
  ])('%s', async (_, kind, change, reason, at) => {
    expect(await refusal(kind, (columns) => ({ ...columns, ...change }))).toEqual({ code, reason, at })
  })

  test('a column of values that the table lacks', async () => {
    const change = ({ values, ...columns }: Record<string, object>) => ({
      ...columns,
      values: { ...values, unit: 'einheit' }
    })
    expect(await refusal('values', change as never)).toEqual({
      code,
      reason: 'column-missing',
      at: 'values.csv einheit'
    })
  })

  test('no JSON', async () => {
    await writeFile(join(root, 'columns.json'), '{')
    await expect(all(root)).rejects.toMatchObject({ code, reason: 'columns-invalid', at: 'columns.json' })
  })
})
