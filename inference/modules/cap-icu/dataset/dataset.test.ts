import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sha256 } from '../../../../core/ids.ts'
import type { EvaluationCase } from '../../../../core/inference-module.ts'
import type { CapIcuInput } from '../types.ts'
import { dataset, roleFor } from './index.ts'
import { readTable } from './inflate.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cap-icu-dataset-'))
})
afterAll(() => rm(root, { recursive: true }))

async function folder(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  const dir = join(root, name)
  await mkdir(dir, { recursive: true })
  for (const [file, content] of Object.entries(files)) await writeFile(join(dir, file), content)
  return dir
}

async function all(dir: string): Promise<EvaluationCase[]> {
  const cases: EvaluationCase[] = []
  for await (const one of dataset(dir)) cases.push(one)
  return cases
}

/** Two simulated stays, their lines mixed; 3 has no outcome, 4 has no values, 5 holds a time that is none. */
const SET = [
  'RecordID,Time,Parameter,Value',
  '1,00:00,RecordID,1',
  '1,00:00,Age,71',
  '1,00:00,Gender,0',
  '1,00:00,ICUType,4',
  '1,00:00,Height,-1',
  '2,00:00,Age,-1',
  '2,00:00,Gender,-1',
  '2,00:00,ICUType,9',
  '1,30:30,FiO2,0.4',
  '2,00:30,NIMAP,70.5',
  '1,00:07,HR,73',
  '1,00:07,HR,73',
  '1,23:59,Creatinine,1.2',
  '1,24:00,Creatinine,2.4',
  '1,48:00,Creatinine,9',
  '3,00:10,HR,80',
  '5,noon,HR,80'
].join('\n')
const OUTCOMES = [
  'RecordID,SAPS-I,SOFA,Length_of_stay,Survival,In-hospital_death',
  '1,6,-1,5,-1,1',
  '2,-1,4,5,-1,0',
  '4,6,1,5,-1,0',
  '5,6,1,5,-1,0'
].join('\r\n')

test('a set of the challenge: each stay twice, in the order of no file', async () => {
  const dir = await folder('set', { 'set_x.csv.gz': gzipSync(SET), 'Outcomes-x.txt': OUTCOMES })
  const cases = await all(dir)
  expect(cases.map(({ recordId, labels, refused }) => [recordId, refused ?? labels])).toEqual([
    ['1', { death: 1 }],
    ['1', { '48h': 1 }],
    ['2', { death: 0 }],
    ['2', { '48h': 0 }],
    ['3', 'outcome-missing'],
    ['5', 'values-unreadable'],
    ['4', 'values-missing']
  ])
  const [day, two, other] = cases as [EvaluationCase, EvaluationCase, EvaluationCase]
  expect(day).toMatchObject({
    patientId: '1',
    groups: { age: '71', sex: 'female', unit: 'surgical' },
    others: { 'SAPS-I': 6 }
  })
  expect(day.input).toEqual({
    moment: '24h',
    windowHours: 24,
    age: 71,
    sex: 'female',
    unitKind: 'surgical',
    values: [
      { variable: 'heart-rate', hours: 7 / 60, value: 73 },
      { variable: 'heart-rate', hours: 7 / 60, value: 73 },
      { variable: 'creatinine', hours: 23 + 59 / 60, value: 1.2 }
    ]
  })
  // 48 h and later is outside; FiO2 comes as a fraction and is kept in per cent.
  expect((two.input as CapIcuInput).values).toEqual(
    expect.arrayContaining([
      { variable: 'fio2', hours: 30.5, value: 40 },
      { variable: 'creatinine', hours: 24, value: 2.4 }
    ])
  )
  expect((two.input as CapIcuInput).values).toHaveLength(5)
  expect(other).toMatchObject({ groups: {}, others: { SOFA: 4 } })
  expect(other.input).toEqual({
    moment: '24h',
    windowHours: 24,
    values: [{ variable: 'mean-arterial-pressure', hours: 0.5, value: 70.5 }]
  })
  expect(await roleFor(dir)).toBe('icu-mortality/1')
})

test('a stay is known by its distinct lines, whatever their order, number and line ends', async () => {
  const lines = ['00:00,Age,71', '00:07,HR,73', '01:00,HR,80']
  const write = (name: string, rows: string[], end: string) =>
    folder(name, {
      'set_x.csv': ['RecordID,Time,Parameter,Value', ...rows.map((row) => `9,${row}`)].join(end),
      'Outcomes-x.txt': 'RecordID,In-hospital_death\n9,0\n'
    })
  // By hand from the rule: 'RecordID,' and the sorted distinct lines, joined by LF.
  const wanted = sha256('9,\n00:00,Age,71\n00:07,HR,73\n01:00,HR,80')
  for (const dir of [
    await write('plain', lines, '\n'),
    await write('mixed', [...lines.toReversed(), lines[1]!], '\r\n')
  ]) {
    const cases = await all(dir)
    expect(cases.map(({ sha256: hash }) => hash)).toEqual([wanted, wanted])
  }
})

const SUPPORT2_HEADER =
  'row_id,age,sex,hospdead,race,dzgroup,ca,num.co,scoma,diabetes,dementia,meanbp,wblc,hrt,resp,temp,pafi,alb,bili,crea,sod,ph,glucose,bun,urine,adls,sps,aps,surv2m,surv6m'

test('rows of SUPPORT2: numbers in range, categories, scores of others', async () => {
  const rows = [
    '7,62.8,male,0,other,Lung Cancer,metastatic,0,0,0,0,97,6,69,22,36,388,1.8,.2,1.2,141,7.46,,,,7,33.9,20,0.25,0.125',
    '8,80,female,,,,,1,0,0,0,3,6,69,22,36,388,1.8,.2,1.2,141,7.46,,,,7,,,,'
  ]
  const dir = await folder('support/below', { 'support2.csv.gz': gzipSync([SUPPORT2_HEADER, ...rows].join('\n')) })
  const [one, two] = (await all(join(dir, '..'))) as [EvaluationCase, EvaluationCase]
  expect(one).toMatchObject({
    recordId: '7',
    labels: { death: 0 },
    groups: { age: '62.8', sex: 'male', race: 'other' },
    others: { SPS: 33.9, APS: 20, 'SUPPORT model, 2 months': 0.75, 'SUPPORT model, 6 months': 0.875 },
    sha256: sha256(rows[0]!)
  })
  expect(one.input).toMatchObject({ age: 62.8, race: 'other', role: 'icu-mortality-support2/1' })
  expect((one.input as CapIcuInput).features).toMatchObject({
    crea: 1.2,
    // PaO2/FiO2 388 (1), bilirubin .2 (0), pressure 97 (0), creatinine 1.2 (1)
    'sofa.partial': 2,
    glucose: null,
    'dzgroup=Lung Cancer': 1,
    'dzgroup=CHF': 0,
    'ca=metastatic': 1
  })
  // No outcome; a blood pressure of 3; no diagnosis recorded.
  expect(two).toMatchObject({ refused: 'outcome-missing', labels: {}, others: {} })
  expect((two.input as CapIcuInput).features).toMatchObject({ meanbp: null, 'dzgroup=CHF': null })
  expect(await roleFor(dir)).toBe('icu-mortality-support2/1')
})

describe('what is no data set is refused with its place', () => {
  test.each<[string, Record<string, string | Uint8Array>, Record<string, string>]>([
    ['nothing', { 'notes.txt': 'x' }, { reason: 'no-dataset' }],
    ['lonely', { 'set_a.csv': SET }, { reason: 'outcomes-missing', at: 'Outcomes-a.txt' }],
    ['columns', { 'support2.csv': 'row_id,age\n1,2\n' }, { reason: 'column-missing', at: 'support2.csv hospdead' }],
    [
      'torn',
      { 'support2.csv.gz': gzipSync(SUPPORT2_HEADER).subarray(0, 20) },
      { reason: 'unreadable', at: 'support2.csv.gz' }
    ],
    ['ragged', { 'support2.csv': `${SUPPORT2_HEADER}\n1,2\n` }, { reason: 'row-unreadable', at: 'support2.csv line 2' }]
  ])('%s', async (name, files, wanted) => {
    await expect(all(await folder(name, files))).rejects.toMatchObject({ code: 'BAD_REQUEST', ...wanted })
  })
  test('a table that is larger than can be held', async () => {
    const dir = await folder('bomb', { 'big.csv.gz': gzipSync(Buffer.alloc(100_000)) })
    await expect(readTable(join(dir, 'big.csv.gz'), { maxBytes: 1000 })).rejects.toMatchObject({ reason: 'too-large' })
  })
})
