import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelManifest } from '../../../core/model.ts'
import { dataset } from './dataset/index.ts'
import { leaks } from './leakage.ts'
import type { CapIcuInput } from './types.ts'

const models = new URL('../../models/', import.meta.url)

/** Inputs of every shipped model of this module. */
const shipped = readdirSync(models)
  .filter((name) => name.startsWith('icu-mortality'))
  .map((name) => ({
    name,
    features:
      (JSON.parse(readFileSync(new URL(`${name}/model.json`, models), 'utf8')) as ModelManifest).inputs[0]?.features ??
      []
  }))

test('no shipped model takes what must never be an input', () => {
  for (const { name, features } of shipped) {
    expect({ name, leaks: leaks(features), isEmpty: features.length === 0 }).toEqual({
      name,
      leaks: [],
      isEmpty: false
    })
  }
})

test('the same check finds a leak that is slipped into a list of inputs', () => {
  const features = [
    'age',
    'creatinine.max',
    'dzgroup=Coma',
    'num.co',
    'unit.medical',
    'sofa.partial',
    ...(shipped[0]?.features ?? [])
  ]
  expect(leaks(features)).toEqual([])
  for (const leak of [
    'avtisst',
    'avtisst.mean',
    'TISS-28',
    'dnr=no dnr',
    'd.time',
    'In.hospital.Death',
    'sps',
    'sex.female',
    'SOFA',
    'hospital_los'
  ])
    expect(leaks([...features, leak])).toEqual([leak])
})

test('rows of SUPPORT2 give a model nothing but inputs', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'leakage-'))
  try {
    // Every column of the file, each with a value that would be noticed.
    const header =
      'row_id,age,death,sex,hospdead,slos,d.time,dzgroup,dzclass,num.co,edu,income,scoma,charges,totcst,totmcst,avtisst,race,sps,aps,surv2m,surv6m,hday,diabetes,dementia,ca,prg2m,prg6m,dnr,dnrday,meanbp,wblc,hrt,resp,temp,pafi,alb,bili,crea,sod,ph,glucose,bun,urine,adlp,adls,sfdm2,adlsc'
    const row = header
      .split(',')
      .map((name, i) => (name === 'sex' ? 'female' : name === 'hospdead' ? '1' : String(i + 1)))
    await writeFile(join(dir, 'support2.csv'), `${header}\n${row.join(',')}\n`)
    for await (const { input, groups } of dataset(dir)) {
      const names = Object.keys((input as CapIcuInput).features ?? {})
      expect(names.length).toBeGreaterThan(20)
      expect(leaks(names)).toEqual([])
      expect(groups).toMatchObject({ sex: 'female', race: '18' })
    }
  } finally {
    await rm(dir, { recursive: true })
  }
})
