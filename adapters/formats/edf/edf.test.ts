import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { AppError } from '../../../core/errors/app-error.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import { decodeEdf, recordingOf } from './testing/decode.ts'
import { encodeRaw, type RawEdf, recordList } from './testing/encode-edf.ts'
import { beat, FIXTURES } from './testing/samples.ts'

const millivolts = (length: number, scale: number, bitUv: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => (beat(scale)(n) * bitUv) / 1000)

const expectClose = (actual: Float64Array | undefined, expected: Float64Array, step: number): void => {
  expect(actual).toHaveLength(expected.length)
  expect(Math.max(...expected.map((value, n) => Math.abs(value - actual![n]!)))).toBeLessThan(step * 1e-6)
}

/** Globals are slow to reach from within a test's own context; these are asked a million times. */
const { abs, round, sin, PI } = Math

/** Sum, least and largest of the digital values. */
function factsOf(values: Float64Array, digitalOf: (value: number) => number): number[] {
  let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    const digital = digitalOf(value)
    sum += digital
    if (digital < min) min = digital
    if (digital > max) max = digital
  }
  return [sum, min, max]
}

const one = (extra: Partial<RawEdf> = {}): Buffer =>
  encodeRaw({ signals: [{ label: 'ECG I', samplesPerRecord: 10, value: (n) => n }], records: 2, ...extra })

const signal = (extra: Partial<RawEdf['signals'][0]>): Buffer =>
  encodeRaw({ signals: [{ label: 'ECG I', samplesPerRecord: 10, ...extra }], records: 2 })

describe('format edf', () => {
  test.each([...FIXTURES])('fixtures/%s is what testing/write-fixtures.ts writes', (name, bytes) => {
    const stored = readFileSync(new URL(`fixtures/${name}`, import.meta.url))
    const plain = (file: Buffer): Buffer => (name.endsWith('.gz') ? gunzipSync(file) : file)
    expect(plain(stored).equals(plain(bytes))).toBe(true)
  })

  test.each(['continuous.edf', 'compressed.edf.gz'])(
    '%s: leads, other signals, who, when and what was noted',
    (name) => {
      const decoded = decodeEdf(FIXTURES.get(name)!)
      expect(decoded.groups[0]!.subject).toEqual({
        identifiers: [{ value: 'T-100' }],
        family: 'Testmann',
        given: ['Anna'],
        birthDate: '1951-03-09',
        sex: 'female'
      })
      const recording = recordingOf(decoded)
      expect(recording).toMatchObject({
        acquiredAt: { instant: '2026-03-10T07:15:00.250Z', text: '2026-03-10T08:15:00 +0.25 s', precision: 'fraction' },
        device: { model: 'Recorder 7' },
        statements: ['Sinus rhythm', 'Électrode (at 1.25 s)'],
        receivedFrom: 'ecg'
      })
      const [ecg, other] = recording.waveforms
      expect(ecg).toMatchObject({ kind: 'rhythm', rateHz: 250, gaps: [] })
      expect(ecg!.leads).toEqual([
        {
          name: 'I',
          mdc: 1,
          unit: 'mV',
          resolution: expect.closeTo(1e-4, 12),
          filters: { lowHz: 0.05, highHz: 100, notchHz: 50 }
        },
        {
          name: 'II',
          mdc: 2,
          unit: 'mV',
          resolution: expect.closeTo(1e-4, 12),
          filters: { lowHz: 0.05, highHz: 100, notchHz: 50 }
        }
      ])
      expectClose(ecg!.samples[0], millivolts(1000, 0.6, 0.1), 1e-4)
      expectClose(ecg!.samples[1], millivolts(1000, 1, 0.1), 1e-4)
      expect(other).toMatchObject({ kind: 'other', rateHz: 2, leads: [{ name: 'SaO2', unit: '%', resolution: 0.1 }] })
      expect([...other!.samples[0]!].map((value) => value.toFixed(1))).toEqual([
        '97.0',
        '96.9',
        '96.8',
        '97.0',
        '96.9',
        '96.8',
        '97.0',
        '96.9'
      ])
      expect(decoded.notes).toEqual([])
    }
  )

  test('a discontinuous file has gaps where no record lies', () => {
    const [waveform] = recordingOf(decodeEdf(FIXTURES.get('discontinuous.edf')!)).waveforms
    expect(waveform!.gaps).toEqual([{ lead: 0, from: 500, to: 1125 }])
    expect(waveform!.samples[0]).toHaveLength(1625)
    expectClose(waveform!.samples[0]!.slice(1125), millivolts(1000, 1, 0.1).slice(500), 1e-4)
    expect(waveform!.samples[0]!.slice(500, 1125).every(Number.isNaN)).toBe(true)
  })

  test('24-bit samples of BDF are read with their sign', () => {
    const [waveform] = recordingOf(decodeEdf(FIXTURES.get('24-bit.bdf')!)).waveforms
    expectClose(waveform!.samples[0], millivolts(750, 10, 0.01), 1e-5)
    expect(Math.min(...waveform!.samples[0]!)).toBeLessThan(0)
  })

  test('plain EDF: a bare lead name, two digits of a year, free text that claims nobody', () => {
    const decoded = decodeEdf(FIXTURES.get('legacy.edf')!)
    const recording = recordingOf(decoded)
    expect(decoded.groups[0]!.subject).toEqual({ identifiers: [] })
    expect(recording.acquiredAt).toMatchObject({ instant: '1999-03-10T07:15:00.000Z', precision: 'second' })
    expect(recording.waveforms[0]!.leads[0]).toMatchObject({ name: 'MLII', unit: 'mV' })
    expect(recording.waveforms[0]!.leads[0]).not.toHaveProperty('mdc')
    expect(decoded.notes).toEqual([{ code: 'content-ignored', at: 'local patient identification' }])
  })

  test.each([
    ['85', 1985],
    ['84', 2084],
    ['00', 2000]
  ])('year %s is %i', (short, year) => {
    const acquired = recordingOf(decodeEdf(one({ date: `10.03.${short}`, recording: 'x' }))).acquiredAt
    expect(acquired.text).toBe(`${year}-03-10T08:15:00`)
  })

  test('from 2085 on the recording identification tells the year', () => {
    const bytes = one({ date: '10.03.yy', recording: 'Startdate 10-MAR-2090 X X X', reserved: 'EDF+C' })
    expect(recordingOf(decodeEdf(bytes)).acquiredAt.text).toBe('2090-03-10T08:15:00')
  })

  test.each([
    [
      'MCH-0234567 F 02-MAY-1951 Haagse_Harry',
      { identifiers: [{ value: 'MCH-0234567' }], birthDate: '1951-05-02', sex: 'female' },
      ' name'
    ],
    ['X X X X', { identifiers: [] }, undefined],
    ['7 M 31-FEB-1951 X', { identifiers: [{ value: '7' }], sex: 'male' }, ' birthdate'],
    ['7 M X Clark', { identifiers: [{ value: '7' }], sex: 'male', family: 'Clark' }, undefined],
    [
      '7 M X Clark,_Anna_Maria',
      { identifiers: [{ value: '7' }], sex: 'male', family: 'Clark', given: ['Anna', 'Maria'] },
      undefined
    ],
    ['7 M X X,X', { identifiers: [{ value: '7' }], sex: 'male' }, undefined]
  ])('patient %p', (patient, subject, noted) => {
    const decoded = decodeEdf(
      one({ patient, reserved: 'EDF+C', annotations: [0, 1].map((onset) => recordList(onset)) })
    )
    expect(decoded.groups[0]!.subject).toEqual(subject)
    expect(decoded.notes).toEqual(
      noted ? [{ code: 'content-ignored', at: `local patient identification${noted}` }] : []
    )
  })

  test.each([
    ['ECG V1', 'uV', 'rhythm', 'V1', 3],
    ['EKG', 'mV', 'rhythm', 'EKG', undefined],
    ['ECG 2', 'mV', 'rhythm', 'ECG 2', undefined],
    ['ECG-aVR', '\u00b5V', 'rhythm', 'aVR', 62],
    ['ecg ii', 'nV', 'rhythm', 'II', 2],
    ['V5', 'V', 'rhythm', 'V5', 7],
    ['X', 'g', 'other', 'X', undefined],
    ['EEG Fpz-Cz', 'uV', 'other', 'EEG Fpz-Cz', undefined]
  ])('label %p in %p is %s, lead %p', (label, dimension, kind, name, mdc) => {
    const [waveform] = recordingOf(decodeEdf(signal({ label, dimension }))).waveforms
    expect([waveform!.kind, waveform!.leads[0]!.name, waveform!.leads[0]!.mdc]).toEqual([kind, name, mdc])
    expect(waveform!.leads[0]!.unit).toBe(kind === 'rhythm' ? 'mV' : dimension)
  })

  test('a swapped physical range turns the signal over, an uneven one shifts it', () => {
    const turned = signal({ physical: ['100', '-100'], digital: [-100, 100], value: () => 30 })
    expect(recordingOf(decodeEdf(turned)).waveforms[0]!.samples[0]![0]).toBe(-0.03)
    const shifted = signal({ physical: ['0', '1000'], digital: [-100, 100], value: () => -100 })
    expect(recordingOf(decodeEdf(shifted)).waveforms[0]!.samples[0]![0]).toBe(0)
  })

  test('a continuous file whose onsets leave a gap is not glued together', () => {
    const decoded = decodeEdf(one({ annotations: [recordList(0), recordList(5)] }))
    expect(recordingOf(decoded).waveforms[0]!.gaps).toEqual([{ lead: 0, from: 10, to: 50 }])
    expect(decoded.notes).toEqual([{ code: 'leniency', at: 'reserved' }])
  })

  test('a recording that was not closed is read as far as it goes; bytes behind the records are noted', () => {
    expect(decodeEdf(one({ announcedRecords: '-1' })).notes[0]).toEqual({
      code: 'leniency',
      at: 'number of data records'
    })
    const decoded = decodeEdf(Buffer.concat([one({ reserved: '' }), Buffer.from('tail')]))
    expect(decoded.notes[0]).toEqual({ code: 'content-ignored', at: 'behind the data records' })
  })

  test.each<[string, string | undefined, Buffer]>([
    ['DECODE_FAILED', 'version', one({ version: '1' })],
    ['DECODE_FAILED', 'header', one({ headerBytes: '500' })],
    ['DECODE_FAILED', 'header', one({ announcedRecords: '2,5' })],
    ['DECODE_FAILED', 'header', one({ recordSeconds: '-1' })],
    ['DECODE_FAILED', 'header', one({ announcedSignals: '0' })],
    ['DECODE_FAILED', 'truncated', one({ announcedSignals: '9', headerBytes: '2560' })],
    ['DECODE_FAILED', 'truncated', one({ announcedRecords: '3' })],
    ['DECODE_FAILED', 'header', signal({ digital: [5, 5] })],
    ['DECODE_FAILED', 'header', signal({ digital: [-40_000, 5] })],
    ['DECODE_FAILED', 'header', signal({ physical: ['1', '1'] })],
    ['DECODE_FAILED', 'header', signal({ physical: ['1,5', '2'] })],
    ['DECODE_FAILED', 'gzip', gzipSync(one()).subarray(0, 60)],
    ['MESSAGE_TOO_LARGE', 'inflated', gzipSync(Buffer.alloc(65 * 1024 * 1024), { level: 1 })],
    ['UNIT_UNKNOWN', undefined, signal({ dimension: '' })],
    ['UNIT_UNKNOWN', undefined, signal({ label: 'II', dimension: 'g' })],
    ['WAVEFORM_INCONSISTENT', 'rate', one({ recordSeconds: '0' })],
    ['WAVEFORM_INCONSISTENT', 'no-waveform', one({ records: 0 })],
    ['WAVEFORM_INCONSISTENT', 'no-waveform', encodeRaw({ signals: [], records: 1, annotations: [recordList(0)] })],
    ['WAVEFORM_INCONSISTENT', 'record-order', one({ annotations: [recordList(5), recordList(1)] })],
    ['MESSAGE_TOO_LARGE', 'samples', one({ reserved: 'EDF+D', annotations: [recordList(0), recordList(999_999_999)] })],
    [
      'MESSAGE_TOO_LARGE',
      'records',
      Buffer.concat([
        encodeRaw({ signals: [{ label: 'ECG', samplesPerRecord: 1 }], records: 0, announcedRecords: '2000000' }),
        Buffer.alloc(4_000_000)
      ])
    ],
    ['TIME_UNUSABLE', 'record-onset', one({ reserved: 'EDF+D', annotations: [recordList(0), Buffer.from('x')] })],
    ['TIME_UNUSABLE', 'no-time', one({ date: '31.02.26' })],
    ['TIME_UNUSABLE', 'no-time', one({ time: '25.00.00' })],
    ['TIME_UNUSABLE', 'absent', one({ date: '' })],
    ['TIME_UNUSABLE', 'start-dates', one({ date: '11.03.26', reserved: 'EDF+C' })]
  ])('refuses with %s (%s), case %#', (code, reason, bytes) => {
    let error: unknown
    try {
      decodeEdf(bytes)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject(reason ? { code, reason } : { code })
  })

  /** Numbers by an independent read with numpy 2.4 (bytes to int64, two's complement by hand): sum and range of the digital values. */
  dataTest('reads the EDFlib test generator as numpy does', async () => {
    const file = readFileSync(dataPath('ecg', 'formats', 'edf', 'test_generator.edf.gz'))
    const decoded = decodeEdf(file)
    const [waveform] = recordingOf(decoded).waveforms
    const gain = 2000 / 65_535
    const facts = waveform!.samples.map((values) => factsOf(values, (value) => round((value + 1000) / gain) - 32_768))
    expect(facts).toEqual([
      [0, -3276, 3276],
      [-1_965_600, -3276, 3243],
      [7_862_400, 0, 3276],
      [194_629_042, 0, 3243],
      [0, -3276, 3276],
      [0, -3270, 3270],
      [20_752, -3276, 3276],
      [0, -3276, 3276],
      [0, -3276, 3276],
      [0, -3276, 3276],
      [0, -3276, 3276]
    ])
    // The generator's sines by their formula: 100 uV, the first sample one step after zero, cut off to whole bits.
    for (const [index, hz] of [
      [4, 1],
      [5, 8],
      [9, 17],
      [10, 50]
    ] as const) {
      let worst = 0
      for (const [n, value] of waveform!.samples[index]!.entries()) {
        const error = abs(value - 100 * sin((2 * PI * hz * (n + 1)) / 200))
        if (error > worst) worst = error
      }
      expect(worst).toBeLessThan(1.5 * gain)
    }
    expect(recordingOf(decoded).statements).toEqual(['Recording starts', 'Recording ends (at 600 s)'])
    expect(decoded.groups[0]!.subject).toEqual({
      identifiers: [{ value: 'abcxyz99' }],
      birthDate: '1969-06-30',
      sex: 'male'
    })
    const legacy = recordingOf(decodeEdf(readFileSync(dataPath('ecg', 'formats', 'edf', 'test_legacy.edf.gz'))))
    // As bytes: comparing 1.3 million numbers one by one takes seconds.
    const bytesOf = (values: Float64Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    const same = legacy.waveforms[0]!.samples.map((values, n) => bytesOf(values).equals(bytesOf(waveform!.samples[n]!)))
    expect(same).toEqual(Array(11).fill(true))
  })

  dataTest('reads the BDF test generator as numpy does, one waveform a rate', async () => {
    const { waveforms } = recordingOf(decodeEdf(readFileSync(dataPath('ecg', 'formats', 'edf', 'test_generator.bdf'))))
    const gain = 6000 / 16_777_215
    const facts = waveforms.map(({ rateHz, samples }) => {
      return [rateHz, samples[0]!.length, ...factsOf(samples[0]!, (value) => round((value + 3000) / gain) - 8_388_608)]
    })
    expect(facts).toEqual([
      [1000, 30_000, -15_000, -2_796_203, 2_796_201],
      [800, 24_000, -33_571_225_212, -2_796_203, 2_796_201],
      [500, 15_000, -10_468_989_713, -2_796_203, 2_796_201],
      [975, 29_250, 1_309_204_928, -2_917_470, 3_228_174],
      [999, 29_970, -354_224_397, -2_796_175, 2_796_090]
    ])
  })

  dataTest('reads the sub-second start and texts in UTF-8', async () => {
    const utf8 = recordingOf(decodeEdf(readFileSync(dataPath('ecg', 'formats', 'edf', 'test_utf8.edf'))))
    expect(utf8.acquiredAt).toMatchObject({ instant: '2020-01-24T03:05:56.395Z', precision: 'fraction' })
    expect(utf8.statements![2]).toBe('\u4e2d\u6587\u6d4b\u8bd5\u516b\u4e2a\u5b57 (at 119.6054688 s)')
    const subsecond = recordingOf(decodeEdf(readFileSync(dataPath('ecg', 'formats', 'edf', 'test_subsecond.edf'))))
    expect(subsecond.statements![0]).toBe('XLSpike (at 1.9511719 s)')
    expect(subsecond.waveforms[0]!.samples[0]).toHaveLength(89_344)
  })
})
