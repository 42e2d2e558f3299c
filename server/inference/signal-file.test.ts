import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeEdf } from '../../adapters/formats/edf/writer.ts'
import { writeRecord } from '../../adapters/formats/wfdb/writer.ts'
import { temporaryFolder } from '../../test/hostile/temporary-folder.ts'
import { simulatedRecording, withGap } from '../../test/support/simulated-recording.ts'
import { openSignal, type SignalFile } from './signal-file.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())
const at = (name: string): string => join(folder.dir, name)

const recording = simulatedRecording({ leads: ['II', 'MLII'], seconds: 20 })
beforeAll(() => {
  for (const { extension, bytes } of writeRecord(withGap(recording, 1, 3, 9), 'r'))
    writeFileSync(at(`r${extension}`), bytes)
  writeFileSync(at('r.edf'), encodeEdf(recording).bytes)
})

async function all({ chunks }: SignalFile): Promise<number[]> {
  const values: number[] = []
  for await (const chunk of chunks()) values.push(...chunk)
  return values
}

test.each([
  ['r.hea', undefined, 0],
  ['r.hea', 'mlii', 1],
  ['r.edf', undefined, 0],
  ['r.edf', 'MLII', 1]
])('streams of %s the signal %s', async (file, name, lead) => {
  const signal = await openSignal(at(file), name ? { name } : {})
  expect(signal).toMatchObject({ rateHz: 500, length: 10_000, lead: { name: ['II', 'MLII'][lead], unit: 'mV' } })
  const values = await all(signal)
  const source = recording.waveforms[0]!.samples[lead]!
  expect(values).toHaveLength(source.length)
  const isGap = (i: number): boolean => file === 'r.hea' && lead === 1 && i >= 3 && i < 9
  expect(values.findIndex((mv, i) => (isGap(i) ? !Number.isNaN(mv) : !(Math.abs(mv - source[i]!) < 1e-6)))).toBe(-1)
})

test.each([
  ['no.hea', undefined, 'BAD_REQUEST', 'file-missing'],
  ['no.edf', undefined, 'BAD_REQUEST', 'file-missing'],
  ['r.hea', 'V9', 'WAVEFORM_INCONSISTENT', 'no-waveform'],
  ['r.edf', 'V9', 'WAVEFORM_INCONSISTENT', 'no-waveform']
])('refuses %s %s with %s %s', async (file, name, code, reason) => {
  await expect(openSignal(at(file), name ? { name } : {})).rejects.toMatchObject({ code, reason })
})
