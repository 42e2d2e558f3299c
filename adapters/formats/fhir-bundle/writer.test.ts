import type { Bundle, Observation, Resource } from '@medplum/fhirtypes'
import type { EncodableRecording } from '../../../core/format.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { assertValid, envelopeOf, feedOf } from '../../../test/support/decoded-valid.ts'
import { simulatedRecording, withGap } from '../../../test/support/simulated-recording.ts'
import format from './index.ts'
import { peekFhir } from './peek.ts'
import { writeFhir } from './writer.ts'

const bytesOf = (recording: EncodableRecording): Uint8Array => writeFhir(recording)[0]!.bytes
const bundleOf = (recording: EncodableRecording): Bundle => JSON.parse(Buffer.from(bytesOf(recording)).toString())

async function readBack(body: Uint8Array) {
  const { kind } = peekFhir(body, {})
  const { groups } = await format.decode(envelopeOf(body, { family: 'fhir', kind }), feedOf())
  return groups[0]!
}

const worstStep = (a: Waveform, b: Waveform): number =>
  Math.max(
    ...a.samples.flatMap((lead, k) =>
      [...lead].map((mv, i) => Math.abs(mv - b.samples[k]![i]!) / a.leads[k]!.resolution || 0)
    )
  )

test('a recording comes back whole: samples, gaps, leads, time, person, words', async () => {
  const recording = withGap(simulatedRecording(), 2, 10, 30)
  const { subject, waveforms } = await readBack(bytesOf(recording))
  expect(subject).toEqual(recording.subject)
  const [back] = waveforms
  const [source] = recording.waveforms
  expect(back!.waveforms[0]).toMatchObject({ leads: source!.leads, rateHz: 500, gaps: source!.gaps })
  expect(worstStep(source!, back!.waveforms[0]!)).toBeLessThan(1e-6)
  expect(back).toMatchObject({
    synthetic: true,
    statements: recording.statements,
    device: { model: 'His Bundle simulated' }
  })
  expect(back!.acquiredAt.instant).toBe(recording.acquiredAt.instant)
})

test('is valid FHIR, and the same bytes twice', () => {
  const { entry = [] } = bundleOf(simulatedRecording())
  expect(entry.map(({ resource }) => resource!.resourceType)).toEqual(['Patient', 'Observation'])
  const resources = entry.map(({ resource }, i) => ({
    businessKey: String(i),
    mode: 'replace' as const,
    resource: resource as Resource
  }))
  assertValid({
    groups: [{ resources, orders: [], waveforms: [], parts: [] }],
    embedded: [],
    correlation: {},
    notes: []
  })
  expect(bytesOf(simulatedRecording())).toEqual(bytesOf(simulatedRecording()))
})

test('holds recordings longer than the store keeps in components', async () => {
  const recording = simulatedRecording({ leads: ['II'], seconds: 90 })
  const { waveforms } = await readBack(bytesOf(recording))
  expect(waveforms[0]!.waveforms[0]!.samples[0]).toHaveLength(90 * 500)
})

test('leaves out a channel that has no code, and the patient where nobody is named', async () => {
  const { subject: _nobody, ...recording } = simulatedRecording({ leads: ['MLII', 'V1'] })
  const { entry = [] } = bundleOf(recording)
  expect(entry).toHaveLength(1)
  expect((entry[0]!.resource as Observation).component).toHaveLength(1)
  const { waveforms } = await readBack(bytesOf(recording))
  expect(waveforms[0]!.waveforms[0]!.leads.map(({ name }) => name)).toEqual(['V1'])
})

// FHIR R4 SampledData: E error, U above the upper limit, L below the lower limit; no value is known.
test('reads the marks E, U and L as missing', async () => {
  const bundle = bundleOf(simulatedRecording({ leads: ['II'] }))
  const ecg = bundle.entry!.at(-1)!.resource as Observation
  ecg.component![0]!.valueSampledData = {
    origin: { value: 2048, unit: 'uV' },
    period: 2,
    factor: 2.5,
    lowerLimit: -10,
    upperLimit: 10,
    dimensions: 1,
    data: 'E 1 U L -2.5 U'
  }
  const { waveforms } = await readBack(Buffer.from(JSON.stringify(bundle)))
  const { samples, gaps } = waveforms[0]!.waveforms[0]!
  expect(samples[0]).toEqual(Float64Array.of(Number.NaN, 2.0505, Number.NaN, Number.NaN, 2.04175, Number.NaN))
  expect(gaps).toEqual([
    { lead: 0, from: 0, to: 1 },
    { lead: 0, from: 2, to: 4 },
    { lead: 0, from: 5, to: 6 }
  ])
})

test.each<[string, EncodableRecording]>([
  ['WAVEFORM_INCONSISTENT', simulatedRecording({ leads: ['MLII'] })],
  ['WAVEFORM_INCONSISTENT', { ...simulatedRecording(), waveforms: [] }],
  ['FHIR_INVALID', { ...simulatedRecording(), acquiredAt: { text: '', precision: 'year' } }]
])('refuses with %s (case %#)', (code, recording) => {
  expect(() => writeFhir(recording)).toThrow(expect.objectContaining({ code }))
})
