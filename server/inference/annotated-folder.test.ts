import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, writeAnnotations } from '../../adapters/formats/wfdb/annotations.ts'
import type { AnnotatedRecording } from '../../core/inference-module.ts'
import { temporaryFolder } from '../../test/hostile/temporary-folder.ts'
import { annotatedRecordings } from './annotated-folder.ts'

async function all(dir: string): Promise<AnnotatedRecording[]> {
  const found: AnnotatedRecording[] = []
  for await (const one of annotatedRecordings(dir)) found.push(one)
  return found
}

/** A record of two leads and ten frames. */
async function writeRecord(dir: string, name: string, comment = ''): Promise<void> {
  const lines = ['i', 'ii'].map((lead) => `${name}.dat 16 1000 16 0 0 0 0 ${lead}`)
  await writeFile(join(dir, `${name}.hea`), [`${name} 2 500 10`, ...lines, comment].join('\n'))
  await writeFile(join(dir, `${name}.dat`), new Uint8Array(Int16Array.from({ length: 20 }, (_, i) => i).buffer))
}

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

const mark = (symbol: string, at: number) => ({ at, code: codeOf(symbol)! })

test('reads the LUDB layout: waves lead by lead, facts of the table where the header has none', async () => {
  const data = join(folder.dir, 'data')
  await mkdir(data)
  for (const name of ['10', '2']) await writeRecord(data, name)
  // An onset without a peak, a wave without an offset, and a whole wave.
  const marks = [mark('(', 0), mark('(', 1), mark('p', 2), mark('(', 4), mark('N', 5), mark(')', 6), mark(')', 7)]
  await writeFile(join(data, '2.ii'), writeAnnotations(marks))
  await writeFile(join(data, '10.i'), writeAnnotations([]))
  await writeFile(
    join(folder.dir, 'ludb.csv'),
    'ID,Sex,Age,Rhythms,Cardiac pacing\n2,F ,71,"Atrial fibrillation\nother",\n'
  )
  const [two, ten] = await all(folder.dir)
  expect(two).toMatchObject({
    recordId: '2',
    patientId: '2',
    age: 71,
    sex: 'female',
    groups: { sex: 'female', ageBand: '65-74', rhythm: 'Atrial fibrillation; other' },
    marks: [
      { lead: 1, wave: 'p', onset: 1, peak: 2 },
      { lead: 1, wave: 'qrs', onset: 4, peak: 5, offset: 6 }
    ]
  })
  expect(two!.beats).toBeUndefined()
  expect(ten).toMatchObject({ recordId: '10', groups: {}, marks: [] })
  expect(ten!.age).toBeUndefined()
})

test('reads the MIT-BIH layout: beats, rhythms, flutter and noise', async () => {
  for (const name of ['201', '202', '300']) await writeRecord(folder.dir, name, '# 68 M 1960 2851 x1')
  const marks = [
    { ...mark('+', 0), aux: '(N' },
    mark('N', 1),
    { ...mark('~', 2), subtype: 3 },
    { ...mark('+', 3), aux: '(VFL' },
    mark('[', 3),
    mark('!', 4),
    mark(']', 6),
    { ...mark('~', 7), subtype: 1 },
    { ...mark('~', 8), subtype: -1 },
    mark('V', 9)
  ]
  for (const name of ['201', '202']) await writeFile(join(folder.dir, `${name}.atr`), writeAnnotations(marks))
  const [first, second, ...more] = await all(folder.dir)
  // 300 has no annotations, 201 and 202 are one person.
  expect(more).toEqual([])
  expect([first!.patientId, second!.patientId]).toEqual(['201', '201'])
  expect(first).toMatchObject({ age: 68, sex: 'male', groups: { sex: 'male', ageBand: '65-74' } })
  expect(first!.beats).toEqual([
    { at: 1, symbol: 'N' },
    { at: 9, symbol: 'V' }
  ])
  expect(first!.rhythms).toEqual([
    { from: 0, to: 3, name: 'N' },
    { from: 2, to: 7, name: 'noisy' },
    { from: 3, to: 10, name: 'VFL' },
    { from: 3, to: 6, name: 'ventricular-flutter' },
    { from: 8, to: 10, name: 'unreadable' }
  ])
})

test('refuses a folder without records, and a lead file of a lead that the record has not', async () => {
  await expect(all(folder.dir)).rejects.toMatchObject({ code: 'BAD_REQUEST', reason: 'no-records' })
  await writeRecord(folder.dir, '1')
  await writeFile(join(folder.dir, '1.v6'), writeAnnotations([]))
  await expect(all(folder.dir)).rejects.toMatchObject({ code: 'WAVEFORM_INCONSISTENT', reason: 'lead' })
})
