import fc from 'fast-check'
import type { EncodableRecording } from '../../../core/format.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { decodeEdf, recordingOf } from './testing/decode.ts'
import { encodeEdf } from './writer.ts'

const recording = (waveform: Partial<Waveform>, extra: Partial<EncodableRecording> = {}): EncodableRecording => ({
  acquiredAt: { instant: '2026-03-10T07:15:00.250Z', text: '20260310081500.25', precision: 'fraction' },
  waveforms: [{ kind: 'rhythm', leads: [], rateHz: 500, samples: [], gaps: [], ...waveform }],
  ...extra
})

const leadOf = (name: string, resolution: number, mdc?: number) => ({
  name,
  ...(mdc ? { mdc } : {}),
  unit: 'mV',
  resolution
})

const readBack = (input: EncodableRecording) => {
  const file = encodeEdf(input)
  const decoded = decodeEdf(file.bytes)
  return { file, decoded, read: recordingOf(decoded), waveform: recordingOf(decoded).waveforms[0]! }
}

const worst = (a: Float64Array, b: Float64Array): number =>
  a.reduce(
    (most, value, n) => (Number.isNaN(value) && Number.isNaN(b[n]) ? most : Math.max(most, Math.abs(value - b[n]!))),
    0
  )

test('who, when, by what and what was stated come back', () => {
  const { decoded, read, file } = readBack(
    recording(
      {
        leads: [{ ...leadOf('V1', 0.001, 3), filters: { lowHz: 0.05, highHz: 150, notchHz: 50 } }],
        samples: [Float64Array.of(0, 0.001)]
      },
      {
        subject: {
          identifiers: [{ value: 'T-100' }],
          family: 'Test Mann',
          given: ['Änne', 'Maria'],
          birthDate: '1951-03-09',
          sex: 'female'
        },
        device: { manufacturer: 'Maker', model: 'M 1' },
        statements: ['Sinus rhythm', 'PR Interval = 148 ms'],
        synthetic: true
      }
    )
  )
  expect(file).toMatchObject({ extension: '.edf', mediaType: 'application/x-edf' })
  expect(decoded.groups[0]!.subject).toEqual({
    identifiers: [{ value: 'T-100' }],
    family: 'Test Mann',
    given: ['Anne', 'Maria'],
    birthDate: '1951-03-09',
    sex: 'female'
  })
  expect(read).toMatchObject({
    acquiredAt: { instant: '2026-03-10T07:15:00.250Z' },
    device: { model: 'M 1' },
    statements: ['Sinus rhythm', 'PR Interval = 148 ms'],
    synthetic: true
  })
  expect(read.waveforms[0]!.leads[0]!.filters).toEqual({ lowHz: 0.05, highHz: 150, notchHz: 50 })
  expect(decoded.notes).toEqual([])
})

test.each([
  [
    'UTC where the time says no more',
    { instant: '2026-07-10T07:15:00.000Z', text: 'x', precision: 'second' as const },
    '07.15.00'
  ],
  [
    'the wall clock where it came with one',
    { instant: '2026-07-10T07:15:30.000Z', text: '2026-07-10T12:45:30+05:30', precision: 'second' as const },
    '12.45.30'
  ]
])('the start is %s, and the instant is kept', (_name, acquiredAt, time) => {
  const { file, read } = readBack({
    ...recording({ leads: [leadOf('I', 0.001, 1)], samples: [Float64Array.of(0)] }),
    acquiredAt
  })
  expect(Buffer.from(file.bytes).toString('latin1', 176, 184)).toBe(time)
  expect(read.acquiredAt.instant).toBe(acquiredAt.instant)
})

const LEADS = [leadOf('I', 0.0025, 1), leadOf('aVR', 0.0025, 62), leadOf('V6', 0.0025, 8)]

test('what fits 16 bits comes back to far less than one bit', () => {
  const bits = fc.array(fc.tuple(...LEADS.map(() => fc.integer({ min: -32_768, max: 32_767 }))), {
    minLength: 1,
    maxLength: 700
  })
  fc.assert(
    fc.property(
      bits,
      fc.constantFrom(0.0025, 0.001, 0.009524, 0.00488, 1 / 200, 1 / 105),
      fc.constantFrom(500, 250, 1000, 360, 150, 128, 1e6 / 3906, 1000 / 3),
      (rows, resolution, rateHz) => {
        const samples = LEADS.map((_, lead) => Float64Array.from(rows, (row) => row[lead]! * resolution))
        const leads = LEADS.map((lead) => ({ ...lead, resolution }))
        const { waveform } = readBack(recording({ leads, samples, rateHz }))
        expect(waveform.leads.map(({ name, mdc }) => [name, mdc])).toEqual([
          ['I', 1],
          ['aVR', 62],
          ['V6', 8]
        ])
        expect(Math.abs(waveform.rateHz - rateHz)).toBeLessThan(1e-6 * rateHz)
        // 1/105 and 1/200 at full range have no exact limits of 8 characters: then one step of the spread range.
        for (const [n, values] of samples.entries())
          expect(worst(values, waveform.samples[n]!)).toBeLessThan(resolution)
      }
    ),
    { seed: 20261123, numRuns: 40 }
  )
})

test.each([0.0025, 0.001, 0.005, 0.00488, 0.009524, 0.000305])(
  'a resolution of %d mV is kept exactly',
  (resolution) => {
    const samples = [Float64Array.from({ length: 1000 }, (_, n) => Math.round(900 * Math.sin(n / 7)) * resolution)]
    const { waveform, file } = readBack(recording({ leads: [leadOf('II', resolution, 2)], samples }))
    expect(worst(samples[0]!, waveform.samples[0]!)).toBeLessThan(resolution * 1e-6)
    expect(waveform.leads[0]!.resolution).toBeCloseTo(resolution, 12)
    expect(Buffer.from(file.bytes).toString('latin1', 256, 768)).not.toContain('requantised')
  }
)

test('a source whose zero is no step keeps its offset', () => {
  // -1000 to 1000 uV over 65,536 values, as the public test generator: half a step lies between 0 and the nearest value.
  const resolution = 2 / 65_535
  const samples = [Float64Array.from({ length: 600 }, (_, n) => (n * 50 - 15_000 + 0.5) * resolution)]
  const { waveform } = readBack(recording({ leads: [leadOf('II', resolution, 2)], samples }))
  expect(worst(samples[0]!, waveform.samples[0]!)).toBeLessThan(resolution * 1e-6)
})

test('what does not fit 16 bits is spread over them, and the file says so', () => {
  const samples = [Float64Array.from({ length: 500 }, (_, n) => 250 + 3 * Math.sin(n / 9))]
  const { waveform, file } = readBack(recording({ leads: [leadOf('II', 1e-6, 2)], samples }))
  expect(Buffer.from(file.bytes).toString('latin1')).toContain('requantised to 16 bits')
  expect(worst(samples[0]!, waveform.samples[0]!)).toBeLessThan(6 / 65_535)
})

test.each([1, 2, 499, 997, 5000, 5003])('%i samples come back as that many', (length) => {
  const samples = [Float64Array.from({ length }, (_, n) => (n % 100) * 0.001)]
  const { waveform } = readBack(recording({ leads: [leadOf('I', 0.001, 1)], samples }))
  expect(waveform.samples[0]).toHaveLength(length)
  expect(waveform.rateHz).toBe(500)
  expect(worst(samples[0]!, waveform.samples[0]!)).toBeLessThan(1e-9)
  expect(waveform.gaps).toEqual([])
})

test('missing samples of one lead and of all come back as gaps', () => {
  const samples = [0, 1].map((lead) =>
    Float64Array.from({ length: 1500 }, (_, n) =>
      (n >= 300 && n < 420) || (lead === 1 && n >= 700 && n < 701) ? Number.NaN : n * 0.001
    )
  )
  const { waveform } = readBack(recording({ leads: [leadOf('I', 0.001, 1), leadOf('V2', 0.001, 4)], samples }))
  expect(waveform.gaps).toEqual([
    { lead: 0, from: 300, to: 420 },
    { lead: 1, from: 300, to: 420 },
    { lead: 1, from: 700, to: 701 }
  ])
  for (const [n, values] of samples.entries()) expect(worst(values, waveform.samples[n]!)).toBeLessThan(1e-9)
})

test('twelve leads keep each data record within the recommended size', () => {
  const samples = Array.from({ length: 12 }, () => new Float64Array(5000))
  const { file } = readBack(
    recording(
      { leads: samples.map((_, n) => leadOf(`channel ${n + 1}`, 0.001)), samples },
      { statements: Array.from({ length: 100 }, (_, n) => `Statement ${n}`) }
    )
  )
  const header = Buffer.from(file.bytes).toString('latin1', 0, 256)
  const recordBytes = (file.bytes.length - Number(header.slice(184, 192))) / Number(header.slice(236, 244))
  expect(recordBytes).toBeLessThanOrEqual(61_440)
})

test.each([
  ['WAVEFORM_INCONSISTENT', recording({})],
  [
    'TIME_UNUSABLE',
    {
      ...recording({ leads: [leadOf('I', 1)], samples: [Float64Array.of(0)] }),
      acquiredAt: { text: '2026', precision: 'year' as const }
    }
  ],
  [
    'BAD_REQUEST',
    recording(
      { leads: [leadOf('I', 1)], samples: [Float64Array.of(0)] },
      { subject: { identifiers: [{ value: 'x'.repeat(60) }] } }
    )
  ]
])('refuses with %s (case %#)', (code, input) => {
  expect(() => encodeEdf(input)).toThrow(expect.objectContaining({ code }))
})
