import fc from 'fast-check'
import { LEAD_NUMBERS } from '../../core/lead-numbers.ts'
import type { ClinicalTime } from '../../core/time.ts'
import { readPart10 } from '../read.ts'
import { encodeFile, type TestRow } from '../testing/encode.ts'
import { LEADS, PATIENT, sampleEcg, sampleWaveform } from '../testing/samples.ts'
import { SOP_CLASS, TRANSFER_SYNTAX } from '../uids.ts'
import { leadOf } from './leads.ts'
import { readWaveforms } from './read.ts'
import { buildEcg } from './write.ts'

const AT: ClinicalTime = { instant: '2026-01-01T00:00:00.000Z', text: '20260101000000', precision: 'second' }
const read = (file: Uint8Array) => readWaveforms(readPart10(file).dataSet, AT)
const OPTIONS = {
  patient: PATIENT,
  uids: { study: '2.25.1', series: '2.25.2', instance: '2.25.3' },
  acquiredAt: '20260101000000'
}

describe('ECG waveforms written and read', () => {
  test('come back bit by bit, gaps included, for any counts, sensitivity and lead coding', () => {
    const count = fc.integer({ min: -32767, max: 32767 })
    const recording = fc.record({
      counts: fc.array(
        fc.array(fc.oneof({ weight: 9, arbitrary: count }, fc.constant(Number.NaN)), { minLength: 5, maxLength: 5 }),
        {
          minLength: 1,
          maxLength: 12
        }
      ),
      sensitivityUv: fc.constantFrom(1, 1.25, 2.5, 4.88, 0.15),
      leadCoding: fc.constantFrom('MDC' as const, 'SCPECG' as const, 'text' as const),
      rateHz: fc.constantFrom(250, 500, 976.5625, 1000)
    })
    fc.assert(
      fc.property(recording, ({ counts, sensitivityUv, leadCoding, rateHz }) => {
        const leads = LEADS.slice(0, counts.length)
        const samples = counts.map((lead) => Float64Array.from(lead, (n) => (n * sensitivityUv) / 1000))
        const [back] = read(buildEcg([{ leads, samples, rateHz }], { ...OPTIONS, sensitivityUv, leadCoding }))
        expect(back!.samples).toEqual(samples.map((lead) => lead.map((v) => (v === 0 ? 0 : v))))
        expect(back!.rateHz).toBe(rateHz)
        expect(back!.leads.map(({ name }) => name)).toEqual(leads.map(({ name }) => name))
        expect(back!.leads[0]).toMatchObject({ unit: 'mV', resolution: sensitivityUv / 1000, mdc: 1 })
        const missing = counts.flat().filter(Number.isNaN).length
        expect(back!.gaps.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(missing)
      }),
      { seed: 11, numRuns: 60 }
    )
  })

  test('hold 32-bit counts in a General 32-bit ECG, which 16 bits refuse', () => {
    const samples = [Float64Array.of(900, -900, 0.001)]
    const waveform = { leads: [{ name: 'V2' }], rateHz: 1000, samples }
    expect(read(buildEcg([waveform], { ...OPTIONS, sopClassUid: SOP_CLASS.general32BitEcg }))[0]!.samples).toEqual(
      samples
    )
    expect(() => buildEcg([waveform], OPTIONS)).toThrow(expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT' }))
  })

  test('put the longest rhythm group first and mark the median beat', () => {
    const beat = { ...sampleWaveform(30), kind: 'median-beat' as const }
    const waveforms = read(buildEcg([beat, sampleWaveform(20), sampleWaveform(50)], OPTIONS))
    expect(waveforms.map(({ kind, samples }) => [kind, samples[0]!.length])).toEqual([
      ['rhythm', 50],
      ['median-beat', 30],
      ['rhythm', 20]
    ])
  })
})

/** One channel, three samples, as a sender might write it. */
function group(
  overrides: Record<number, TestRow | undefined> = {},
  channelOverrides: Record<number, TestRow | undefined> = {}
): TestRow[] {
  const code = (value: string, scheme: string): TestRow[] => [
    [0x00080100, 'SH', value],
    [0x00080102, 'SH', scheme],
    [0x00080104, 'LO', 'x']
  ]
  const channel: TestRow[] = [
    [0x003a0208, 'SQ', [code('2:1', 'MDC')]],
    [0x003a0210, 'DS', '2'],
    [0x003a0211, 'SQ', [code('uV', 'UCUM')]],
    [0x003a0213, 'DS', '100']
  ]
  const rows: TestRow[] = [
    [0x003a0005, 'US', [1]],
    [0x003a0010, 'UL', [3]],
    [0x003a001a, 'DS', '500'],
    [0x003a0200, 'SQ', [patched(channel, channelOverrides)]],
    [0x54001004, 'US', [16]],
    [0x54001006, 'CS', 'SS'],
    [0x54001010, 'OW', Uint8Array.of(1, 0, 0xff, 0xff, 0, 1)]
  ]
  return patched(rows, overrides)
}

function patched(rows: TestRow[], overrides: Record<number, TestRow | undefined>): TestRow[] {
  const kept = rows.filter(([tag]) => !(tag in overrides))
  const added = Object.values(overrides).filter((row): row is TestRow => row !== undefined)
  return [...kept, ...added].sort((a, b) => a[0] - b[0])
}

const file = (rows: TestRow[], syntax: string = TRANSFER_SYNTAX.explicitLittle): Uint8Array =>
  encodeFile(
    [
      [0x00080016, 'UI', SOP_CLASS.generalEcg],
      [0x00080018, 'UI', '1.2'],
      [0x54000100, 'SQ', [rows]]
    ],
    syntax
  )

describe('multiplex groups of other writers', () => {
  test('value = raw x sensitivity x correction + baseline, in the unit of the channel', () => {
    // By hand: (1, -1, 256) x 2 uV + 100 uV; then x 0.5 correction.
    expect(read(file(group()))[0]!.samples[0]).toEqual(Float64Array.of(0.102, 0.098, 0.612))
    const corrected = group({}, { 3801618: [0x003a0212, 'DS', '0.5'] })
    expect(read(file(corrected))[0]!.samples[0]).toEqual(Float64Array.of(0.101, 0.099, 0.356))
  })

  test.each([
    ['SB', 8, [1, 0xff, 0x81], 'OB', [1, -1, -127]],
    ['UB', 8, [1, 0xff, 0x80], 'OB', [1, 255, 128]],
    ['US', 16, [1, 0, 0xff, 0xff, 0, 1], 'OW', [1, 65535, 256]],
    ['SL', 32, [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0], 'OW', [1, -1, 65536]],
    ['UL', 32, [1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 1, 0], 'OW', [1, 4294967295, 65536]]
  ] as const)('reads %s samples in implicit and explicit VR', (interpretation, bits, bytes, vr, counts) => {
    const rows = group(
      {
        1409290244: [0x54001004, 'US', [bits]],
        1409290246: [0x54001006, 'CS', interpretation],
        1409290256: [0x54001010, vr, Uint8Array.from(bytes)]
      },
      { 3801619: undefined }
    )
    const expected = Float64Array.from(counts, (n) => (n * 2) / 1000)
    expect(read(file(rows))[0]!.samples[0]).toEqual(expected)
    expect(read(file(rows, TRANSFER_SYNTAX.implicitLittle))[0]!.samples[0]).toEqual(expected)
  })

  test('reads big endian samples', () => {
    const rows = group({ 1409290256: [0x54001010, 'OW', Uint8Array.of(0, 1, 0xff, 0xff, 1, 0)] })
    expect(read(file(rows, TRANSFER_SYNTAX.explicitBig))[0]!.samples[0]).toEqual(Float64Array.of(0.102, 0.098, 0.612))
  })

  test('takes a padding value of 0 for signed samples as missing only in long runs of all channels', () => {
    const counts = Int16Array.from({ length: 300 }, (_v, i) => (i >= 100 && i < 220 ? 0 : i % 2))
    const rows = group({
      3801104: [0x003a0010, 'UL', [300]],
      1409290250: [0x5400100a, 'OW', Uint8Array.of(0, 0)],
      1409290256: [0x54001010, 'OW', new Uint8Array(counts.buffer)]
    })
    expect(read(file(rows))[0]!.gaps).toEqual([{ lead: 0, from: 100, to: 221 }])
  })

  test('takes the most negative count as missing where no padding value is named', () => {
    const rows = group({ 1409290256: [0x54001010, 'OW', Uint8Array.of(1, 0, 0, 0x80, 0, 1)] })
    const [waveform] = read(file(rows))
    expect(waveform!.gaps).toEqual([{ lead: 0, from: 1, to: 2 }])
    expect(waveform!.samples[0]).toEqual(Float64Array.of(0.102, Number.NaN, 0.612))
  })

  const unit = (value: string): TestRow => [0x003a0211, 'SQ', [[[0x00080100, 'SH', value]]]]
  const source = (code: string, scheme: string): TestRow => [
    0x003a0208,
    'SQ',
    [
      [
        [0x00080100, 'SH', code],
        [0x00080102, 'SH', scheme],
        [0x00080104, 'LO', 'Lead II']
      ]
    ]
  ]
  test.each([
    ['UNIT_UNKNOWN', group({}, { 3801617: unit('mm[Hg]') })],
    ['UNIT_UNKNOWN', group({}, { 3801617: undefined })],
    ['LEAD_UNKNOWN', group({}, { 3801608: source('2:999', 'MDC') })],
    ['LEAD_UNKNOWN', group({}, { 3801608: source('5.6.3-9-200', 'SCPECG') })],
    ['DICOM_ATTRIBUTE_MISSING', group({}, { 3801616: undefined })],
    ['WAVEFORM_INCONSISTENT', group({ 3801104: [0x003a0010, 'UL', [4_000_000_000]] })],
    ['WAVEFORM_INCONSISTENT', group({ 3801093: [0x003a0005, 'US', [2]] })],
    ['DICOM_ATTRIBUTE_VALUE', group({ 3801114: [0x003a001a, 'DS', '0'] })],
    ['DICOM_ATTRIBUTE_VALUE', group({ 1409290246: [0x54001006, 'CS', 'MB'] })],
    ['DICOM_ATTRIBUTE_VALUE', group({ 1409290244: [0x54001004, 'US', [32]] })]
  ])('refuses with %s (case %#)', (code, rows) => {
    expect(() => read(file(rows))).toThrow(expect.objectContaining({ code }))
  })
})

describe('leads', () => {
  test('have one number in MDC, SCPECG and in words', () => {
    for (const [name, mdc] of LEAD_NUMBERS) {
      const sources = [
        { scheme: 'MDC', code: `2:${mdc}` },
        { scheme: 'MDC', code: String(131072 + mdc) },
        { scheme: 'MDC', code: String(131328 + mdc) },
        { scheme: 'SCPECG', code: `5.6.3-9-${mdc}` },
        { meaning: `Lead ${name.toUpperCase()}` },
        { label: name.toLowerCase() }
      ]
      for (const one of sources) expect(leadOf(one, '(003A,0208)')).toEqual({ name, mdc })
    }
    expect(() => leadOf({ meaning: 'Resp' }, '(003A,0208)')).toThrow(expect.objectContaining({ code: 'LEAD_UNKNOWN' }))
  })

  test('of a synthetic ECG carry the label in the object', () => {
    expect(readPart10(sampleEcg()).dataSet.text(0x0008001c)).toBe('YES')
  })
})
