import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LabelledCase, type LabelledOptions, labelledCases } from './index.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'labelled-'))
})
afterAll(() => rm(root, { recursive: true }))

let folders = 0
/** A folder with these files. */
async function folder(files: Record<string, string>): Promise<string> {
  const dir = join(root, String(folders++))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true })
    await writeFile(join(dir, name), text)
  }
  return dir
}

async function casesOf(files: Record<string, string>, options?: LabelledOptions): Promise<LabelledCase[]> {
  const cases: LabelledCase[] = []
  for await (const one of labelledCases(await folder(files), options)) cases.push(one)
  return cases
}

describe('PTB-XL', () => {
  const STATEMENTS = [
    ',description,diagnostic,form,rhythm,diagnostic_class',
    'NORM,normal ECG,1.0,,,NORM',
    'IMI,inferior infarction,1.0,,,MI',
    'NST_,non-specific ST changes,1.0,1.0,,STTC',
    'SR,sinus rhythm,,,1.0,'
  ].join('\n')
  const HEADER = 'ecg_id,patient_id,age,sex,report,scp_codes,strat_fold,filename_hr'
  const ptbXl = (...rows: string[]) =>
    casesOf({
      'ptbxl_database.csv': [HEADER, ...rows].join('\n'),
      'scp_statements.csv': STATEMENTS,
      'records500/00000/00001_hr.hea': ''
    })

  test('gives superclasses of statements with a likelihood above 0, people and folds', async () => {
    const [one] = await ptbXl(
      `1,15709.0,56.0,1,"two\nlines","{'IMI': 35.0, 'NST_': 0.0, 'SR': 0.0}",3,records500/00000/00001_hr`
    )
    expect(one).toMatchObject({
      recordId: '1',
      patientId: '15709',
      labels: { NORM: 0, MI: 1, STTC: 0, CD: 0, HYP: 0 },
      groups: { sex: 'female', age: '56', fold: '3' }
    })
    expect(Object.keys(one!.labels)[0]).toBe('NORM')
    expect(one!.files[0]).toMatch(/records500\/00000\/00001_hr\.hea$/)
    expect(one).not.toHaveProperty('refused')
  })

  test('reads an age over 89 as 90, 0 as male, and leaves out what is not said', async () => {
    const [old, unsaid] = await ptbXl(
      "1,1.0,300.0,0,,{'NORM': 100.0},1,records500/00000/00001_hr",
      '2,,,2,,{},x,records500/00000/00001_hr'
    )
    expect(old!.groups).toEqual({ sex: 'male', age: '90', fold: '1' })
    expect(unsaid).toMatchObject({ patientId: '2', groups: {}, labels: { NORM: 0 } })
  })

  test('counts a record that the folder lacks instead of running it', async () => {
    const [missing] = await ptbXl("7,7.0,40,0,,{'NORM': 100.0},1,records500/00000/00007_hr")
    expect(missing!.refused).toBe('record-missing')
  })

  test.each([
    ['a name that leads out of the folder', "1,1,40,0,,{'NORM': 1.0},1,../../etc/passwd", 'record-name', 2],
    ['statements that are none', '1,1,40,0,,__import__(),1,records500/a', 'statements', 2],
    ['a likelihood that is none', "1,1,40,0,,{'NORM': high},1,records500/a", 'statements', 2]
  ])('refuses %s with its line', async (_, row, reason, line) => {
    await expect(ptbXl(row)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      reason,
      at: `ptbxl_database.csv line ${line}`
    })
  })

  test('without the statements nothing can be said', async () => {
    await expect(casesOf({ 'ptbxl_database.csv': HEADER })).rejects.toMatchObject({ reason: 'table-missing' })
  })
})

describe('a plain folder', () => {
  const plain = (header: string, ...rows: string[]) => casesOf({ 'manifest.csv': [header, ...rows].join('\r\n') })

  test('has a label a column: 1, 0, or unknown', async () => {
    const [one, other] = await plain('record,patient,age,sex,MI,copd', 'a/r1,p1,61,F,1,', 'r2,,,,0,1')
    expect(one).toMatchObject({
      recordId: 'a/r1',
      patientId: 'p1',
      labels: { MI: 1 },
      groups: { age: '61', sex: 'female' }
    })
    expect(one!.labels).not.toHaveProperty('copd')
    expect(other).toMatchObject({ patientId: 'r2', labels: { MI: 0, copd: 1 }, groups: {} })
  })

  test('knows potassium and the earlier tracing, and takes only the labels asked for', async () => {
    const files = { 'manifest.csv': 'record,patient,k_mmol_l,reference,ward\nr2,p,5.8,r1,x\n' }
    const [one] = await casesOf(files, { labels: ['k_mmol_l'] })
    expect(one).toMatchObject({ labels: { k_mmol_l: 5.8 }, reference: { recordId: 'r1' } })
    expect(one!.labels).toEqual({ 'k-gt-5.5': 1, 'k-ge-6.0': 0, 'k-gt-6.5': 0, 'k-lt-3.5': 0, k_mmol_l: 5.8 })
  })

  test.each([
    ['comma', ',', '61.0', '5.8'],
    ['semicolon and decimal comma', ';', '61,0', '5,8'],
    ['tab', '\t', '61', '5.8']
  ])(
    'written with a %s, quotes, a byte order mark and the endings of a record reads alike',
    async (_, sign, age, k) => {
      const header = ['record', 'patient', 'age', 'sex', 'k_mmol_l', 'MI', 'Vorhofflimmern, bekannt'].map(
        (one) => `"${one}"`
      )
      const row = ['"./a b/r1.hea"', '"p;1"', `"${age}"`, '"w"', `"${k}"`, '"1.0"', '"False"']
      const [one] = await casesOf({ 'manifest.csv': `\ufeff${header.join(sign)}\r\n${row.join(sign)}\r\n` })
      expect(one).toMatchObject({
        recordId: 'a b/r1',
        patientId: 'p;1',
        labels: { MI: 1, 'Vorhofflimmern, bekannt': 0, k_mmol_l: 5.8 },
        groups: { age: '61', sex: 'female' }
      })
    }
  )

  test('leaves open what is written as not known', async () => {
    const [one] = await plain('record,patient,age,sex,MI,HYP,CD', 'r,p,NA,U,NA,nan,')
    expect(one).toMatchObject({ labels: {}, groups: {} })
  })

  test.each([
    ['300', '90'],
    ['56.0', '56'],
    ['-1', undefined],
    ['150', undefined],
    ['x', undefined]
  ])('an age of %s is %s', async (age, said) => {
    const [one] = await plain('record,patient,age', `r,p,${age}`)
    expect(one!.groups['age']).toBe(said)
  })

  test.each([
    ['M', 'male'],
    ['Male', 'male'],
    ['0', 'male'],
    ['f', 'female'],
    ['weiblich', 'female'],
    ['1', 'female'],
    ['O', undefined],
    ['mujer', undefined]
  ])('a sex of %s is %s', async (sex, said) => {
    const [one] = await plain('record,patient,sex', `r,p,${sex}`)
    expect(one!.groups['sex']).toBe(said)
  })

  test.each([
    ['>9.0', { 'k-gt-5.5': 1, 'k-ge-6.0': 1, 'k-gt-6.5': 1, 'k-lt-3.5': 0 }],
    ['< 2,0', { 'k-gt-5.5': 0, 'k-ge-6.0': 0, 'k-gt-6.5': 0, 'k-lt-3.5': 1 }],
    ['>5.0', {}],
    ['haemolysed', {}]
  ])('a potassium of %s tells its classes or nothing, and no value', async (cell, labels) => {
    const [one] = await plain('record;patient;k_mmol_l', `r;p;${cell}`)
    expect(one!.labels).toEqual(labels)
  })

  test('reads a line that ends early as unknown in what it does not say', async () => {
    const [one] = await plain('record,patient,MI', 'r')
    expect(one).toMatchObject({ recordId: 'r', patientId: 'r', labels: {} })
  })

  test('gives a record that is not there, one named twice, and one without any truth as left out', async () => {
    const files = {
      'manifest.csv': 'record,patient,k_mmol_l\nr1,p1,5.8\nr2,p2,4.0\nr1,p1,4.1\nr3,p3,\nr4,p4,haemolysed\n',
      'r1.hea': '',
      'r3.hea': '',
      'r4.hea': ''
    }
    const cases = await casesOf(files, { labels: ['k_mmol_l'] })
    expect(cases.map(({ refused }) => refused)).toEqual([
      undefined,
      'record-missing',
      'record-twice',
      'outcome-missing',
      'outcome-missing'
    ])
  })

  test.each<[string, string, string, string, string]>([
    ['no patient column', 'record,MI', 'r,1', 'column-missing', 'manifest.csv patient'],
    ['a column that stands twice', 'record,patient,MI,MI', 'r,p,1,0', 'column-twice', 'manifest.csv column 4'],
    ['a name that leads out', 'record,patient', '../r,p', 'record-name', 'manifest.csv line 2'],
    ['an absolute name', 'record,patient', '/etc/r,p', 'record-name', 'manifest.csv line 2'],
    ['a hidden folder', 'record,patient', 'a/.ssh/r,p', 'record-name', 'manifest.csv line 2'],
    ['no name', 'record,patient', ',p', 'record-name', 'manifest.csv line 2'],
    ['a label that is a word', 'record,patient,MI', 'r,p,yes', 'label', 'manifest.csv line 2 column 3'],
    ['a sex by another code', 'record,patient,sex', 'r,p,2', 'sex', 'manifest.csv line 2'],
    ['a Windows path', 'record,patient', 'a\\r,p', 'record-name', 'manifest.csv line 2'],
    ['a control character', 'record,patient', 'a\u0007r,p', 'record-name', 'manifest.csv line 2'],
    ['potassium in mg/dL', 'record,patient,k_mmol_l', 'r,p,19', 'potassium', 'manifest.csv line 2'],
    ['a quote that nobody closes', 'record,patient', '"r,p', 'table', 'manifest.csv line 2']
  ])('refuses %s with its place', async (_, header, row, reason, at) => {
    await expect(plain(header, row)).rejects.toMatchObject({ code: 'BAD_REQUEST', reason, at })
  })

  test('a folder without a table is no labelled folder', async () => {
    await expect(casesOf({ 'r.hea': '' })).rejects.toMatchObject({ reason: 'manifest-missing' })
  })
})
