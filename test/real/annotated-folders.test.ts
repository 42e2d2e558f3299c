import { annotatedRecordings } from '../../server/inference/annotated-folder.ts'
import { dataPath, dataTest } from '../support/data.ts'

dataTest(
  'finds in LUDB 1-150 and MIT-BIH DS1 what their descriptions count',
  async () => {
    const counts: Record<string, number> = {}
    let records = 0
    for (const set of ['ludb', 'mitdb']) {
      for await (const { marks = [], beats = [], rhythms = [] } of annotatedRecordings(dataPath('ecg', set))) {
        records++
        for (const key of [...marks.map(({ wave }) => wave), ...beats.map(({ symbol }) => symbol)])
          counts[key] = (counts[key] ?? 0) + 1
        for (const { name } of rhythms) counts[`(${name}`] = (counts[`(${name}`] ?? 0) + 1
      }
    }
    expect(records).toBe(150 + 24)
    expect(counts).toMatchObject({ p: 12_048, qrs: 16_517, t: 14_777 })
    expect(counts).toMatchObject({ N: 38_364, L: 3949, R: 3783, V: 3689, '/': 3408, A: 810, f: 722, F: 415, E: 105 })
    expect(counts).toMatchObject({ '(N': 308, '(PREX': 103, '(AFIB': 24, '(VFL': 6, '(ventricular-flutter': 6 })
  },
  60_000
)
