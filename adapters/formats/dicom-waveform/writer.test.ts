import type { DecodedWaveform } from '../../../core/decoded.ts'
import type { EncodableRecording } from '../../../core/format.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { readPart10 } from '../../../dicom/read.ts'
import { SOP_CLASS } from '../../../dicom/uids.ts'
import { simulatedRecording, withGap } from '../../../test/support/simulated-recording.ts'
import format from './index.ts'
import { writeDicom } from './writer.ts'

async function readBack(recording: EncodableRecording) {
  const body = writeDicom(recording)[0]!.bytes
  const { groups } = await format.decode(
    {
      id: 'E1',
      feed: 'carts',
      family: 'dicom',
      kind: '',
      mediaType: 'application/dicom',
      receivedAt: '2026-03-10T07:20:00.000Z',
      correlation: {},
      body
    },
    { name: 'carts', zone: 'Europe/Berlin', codeMap: {}, options: {} }
  )
  return { sopClassUid: readPart10(body).dataSet.text(0x00080016), ...groups[0]!, body }
}

const facts = ({ leads, samples, gaps, rateHz, kind }: Waveform) => ({ leads, samples, gaps, rateHz, kind })
const changed = (recording: EncodableRecording, change: Partial<Waveform>): EncodableRecording => ({
  ...recording,
  waveforms: [{ ...recording.waveforms[0]!, ...change }]
})

test('a 12-lead recording comes back whole: samples, gaps, leads, time, person, words', async () => {
  const recording = withGap(simulatedRecording(), 7, 100, 120)
  const { sopClassUid, subject, waveforms, body } = await readBack(recording)
  expect(sopClassUid).toBe(SOP_CLASS.twelveLeadEcg)
  expect(subject).toEqual(recording.subject)
  const [back] = waveforms as [DecodedWaveform]
  expect(facts(back.waveforms[0]!)).toEqual(facts(recording.waveforms[0]!))
  expect(back.acquiredAt.instant).toBe(recording.acquiredAt.instant)
  expect(back).toMatchObject({ synthetic: true, statements: recording.statements, device: recording.device })
  expect(Buffer.from(writeDicom(recording)[0]!.bytes).equals(Buffer.from(body))).toBe(true)
})

test('keeps a step of its own for each lead, however odd', async () => {
  const steps = [1 / 1716, 1 / 1206, 0.00488, 1e-5]
  const recording = simulatedRecording({ leads: ['I', 'II', 'V1', 'V6'] })
  const [{ samples, leads }] = recording.waveforms as [Waveform]
  const odd = changed(recording, {
    leads: leads.map((lead, i) => ({ ...lead, resolution: steps[i]! })),
    samples: samples.map((lead, k) => lead.map((mv) => Math.round(mv / 10 / steps[k]!) * steps[k]!))
  })
  const { waveforms, sopClassUid } = await readBack(odd)
  expect(sopClassUid).toBe(SOP_CLASS.twelveLeadEcg)
  const back = waveforms[0]!.waveforms[0]!
  for (const [k, values] of back.samples.entries()) {
    expect(back.leads[k]!.resolution).toBeCloseTo(steps[k]!, 14)
    const source = odd.waveforms[0]!.samples[k]!
    expect(Math.max(...values.map((mv, i) => Math.abs(mv - source[i]!))) / steps[k]!).toBeLessThan(1e-6)
  }
})

const beat = (recording: EncodableRecording): Waveform => ({
  ...recording.waveforms[0]!,
  kind: 'median-beat',
  samples: recording.waveforms[0]!.samples.map((lead) => lead.slice(0, 300))
})

test.each<[string, string, () => EncodableRecording]>([
  ['12-lead', SOP_CLASS.twelveLeadEcg, () => simulatedRecording({ leads: ['II'] })],
  ['more samples than 12-lead holds: General', SOP_CLASS.generalEcg, () => simulatedRecording({ seconds: 40 })],
  ['a lead outside the table: General', SOP_CLASS.generalEcg, () => simulatedRecording({ leads: ['MLII', 'V1'] })],
  [
    'more than 13 channels in all: General',
    SOP_CLASS.generalEcg,
    () => {
      const recording = simulatedRecording()
      return { ...recording, waveforms: [...recording.waveforms, beat(recording)] }
    }
  ],
  ['a low rate: Ambulatory', SOP_CLASS.ambulatoryEcg, () => simulatedRecording({ rateHz: 128 })],
  ['long: Ambulatory', SOP_CLASS.ambulatoryEcg, () => simulatedRecording({ leads: ['II'], seconds: 601, rateHz: 200 })],
  ['fine steps: 32-bit', SOP_CLASS.general32BitEcg, () => simulatedRecording({ resolution: 1e-6 })],
  ['a high rate: 32-bit', SOP_CLASS.general32BitEcg, () => simulatedRecording({ rateHz: 2000, leads: ['II'] })]
])('chooses the class by content, %s, and reads it back', async (_, expected, make) => {
  const recording = make()
  const { sopClassUid, waveforms } = await readBack(recording)
  expect(sopClassUid).toBe(expected)
  const back = waveforms[0]!.waveforms
  expect(back).toHaveLength(recording.waveforms.length)
  for (const [i, { samples, leads, rateHz, kind }] of recording.waveforms.entries()) {
    expect(back[i]).toMatchObject({ rateHz, kind, leads: leads.map(({ name }) => ({ name })) })
    for (const [k, lead] of samples.entries()) {
      const values = back[i]!.samples[k]!
      expect(Math.max(...values.map((mv, n) => Math.abs(mv - lead[n]!))) / leads[k]!.resolution).toBeLessThan(1e-6)
    }
  }
})

test('says nothing of what it does not know', async () => {
  const { waveforms, acquiredAt } = simulatedRecording()
  const { subject, waveforms: back } = await readBack({ waveforms, acquiredAt })
  expect(subject).toEqual({ identifiers: [] })
  expect(back[0]).toMatchObject({ synthetic: false, device: {}, statements: [] })
})

test('cuts a long statement into annotations of their size, and takes the signs of PN out of a name', async () => {
  const recording = simulatedRecording({ leads: ['I'] })
  const { waveforms, subject } = await readBack({
    ...recording,
    subject: { identifiers: [], family: 'O^Neill=\\' },
    statements: ['x'.repeat(2500)]
  })
  expect(waveforms[0]!.statements!.map(({ length }) => length)).toEqual([1024, 1024, 452])
  expect(subject!.family).toBe('O Neill')
})

test('leaves out what is no voltage', async () => {
  const recording = simulatedRecording({ leads: ['II'] })
  const [waveform] = recording.waveforms as [Waveform]
  const pressure: Waveform = { ...waveform, kind: 'other', leads: [{ name: 'ABP', unit: 'mmHg', resolution: 1 }] }
  const { waveforms } = await readBack({ ...recording, waveforms: [waveform, pressure] })
  expect(waveforms[0]!.waveforms).toHaveLength(1)
})

test.each<[string, EncodableRecording]>([
  ['TIME_UNUSABLE', { ...simulatedRecording(), acquiredAt: { text: '2026', precision: 'year' } }],
  ['WAVEFORM_INCONSISTENT', { ...simulatedRecording(), waveforms: [] }],
  ['WAVEFORM_INCONSISTENT', changed(simulatedRecording({ leads: ['I'] }), { samples: [Float64Array.of(1e9)] })],
  ['DICOM_ATTRIBUTE_VALUE', { ...simulatedRecording(), subject: { identifiers: [{ value: 'a\\b' }] } }]
])('refuses with %s (case %#)', (code, recording) => {
  expect(() => writeDicom(recording)).toThrow(expect.objectContaining({ code }))
})
