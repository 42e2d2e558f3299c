import { readFileSync } from 'node:fs'
import { AppError } from '../../../core/errors/app-error.ts'
import { readPart10 } from '../../../dicom/read.ts'
import { readWaveforms } from '../../../dicom/waveform/read.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { decodeScp, recordingOf } from './testing/decode.ts'
import { assemble, DEFAULT_FIELDS, date, encodeScp, repairChecksums, text } from './testing/encode-scp.ts'
import { FIXTURES, healForceInput, SCP_SAMPLES, simulatedSamples } from './testing/samples.ts'

const BIT_MV = 2500 / 1e6
const inMillivolts = (bits: ArrayLike<number>, nanovolts = 2500): Float64Array =>
  Float64Array.from(bits, (bit) => (bit * nanovolts) / 1e6)

const simple = (extra: Partial<Parameters<typeof encodeScp>[0]> = {}): Buffer =>
  encodeScp({
    leads: [{ code: 1, samples: [0, 4, 9, -3] }],
    nanovoltsPerBit: 2500,
    intervalUs: 2000,
    ...extra
  })
const withField = (tag: number, value: Uint8Array): Buffer =>
  simple({ fields: [...DEFAULT_FIELDS.filter(([other]) => other !== tag), [tag, value]] })

const errorOf = (work: () => unknown): AppError | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

describe('format scp-ecg', () => {
  test.each([...FIXTURES])('fixtures/%s.scp is what testing/write-fixtures.ts writes', (name, bytes) => {
    expect(readFileSync(new URL(`fixtures/${name}.scp`, import.meta.url)).equals(bytes)).toBe(true)
  })

  test.each(Object.keys(SCP_SAMPLES))('reads every sample of %s', (name) => {
    const [rhythm] = recordingOf(decodeScp(FIXTURES.get(name)!)).waveforms
    expect(rhythm!.samples).toEqual(simulatedSamples().map((bits) => inMillivolts(bits)))
    expect(rhythm).toMatchObject({ kind: 'rhythm', rateHz: 500, gaps: [] })
    expect(rhythm!.leads.map(({ name, mdc, unit, resolution }) => [name, mdc, unit, resolution])).toEqual([
      ['I', 1, 'mV', BIT_MV],
      ['II', 2, 'mV', BIT_MV],
      ['V1', 3, 'mV', BIT_MV],
      ['V6', 8, 'mV', BIT_MV]
    ])
  })

  test('says who, when and what the cart stated', () => {
    const decoded = decodeScp(FIXTURES.get('reference-beat')!)
    expect(decoded.groups[0]!.subject).toEqual({
      identifiers: [{ value: 'T-100' }],
      family: 'Testmann',
      given: ['Anna'],
      birthDate: '1951-03-09',
      sex: 'female'
    })
    const recording = recordingOf(decoded)
    expect(recording.acquiredAt).toEqual({
      instant: '2026-03-10T07:15:00.000Z',
      text: '2026-03-10T08:15:00',
      precision: 'second'
    })
    expect(recording.statements).toEqual(['Sinus rhythm'])
    expect(recording.waveforms.map(({ kind, samples }) => [kind, samples[0]!.length])).toEqual([
      ['rhythm', 842],
      ['median-beat', 300]
    ])
    expect(decoded.notes).toEqual([])
  })

  test('places the time in the zone of tag 34 when there is one', () => {
    const decoded = decodeScp(withField(34, Buffer.from([0x88, 0xff, 0, 0])))
    expect(recordingOf(decoded).acquiredAt).toMatchObject({
      instant: '2026-03-10T10:15:00.000Z',
      text: '2026-03-10T08:15:00-02:00'
    })
  })

  test('reads the acquiring device, its character set and the filters', () => {
    const fixed = Buffer.alloc(36)
    fixed[7] = 8
    fixed.write('ELI250', 8, 'latin1')
    fixed[14] = 20
    // 0x23: ISO 8859-7, in which 0xC1 is a Greek capital alpha.
    fixed[16] = 0x23
    fixed[35] = 4
    const device = Buffer.concat([fixed, text('1.0'), text('S-1'), text('fw'), text('scp'), text('other')])
    const decoded = decodeScp(
      simple({
        fields: [
          ...DEFAULT_FIELDS.filter(([tag]) => tag !== 0),
          [0, Buffer.from([0xc1, 0])],
          [14, device],
          [27, Buffer.from([5, 0])],
          [28, Buffer.from([150, 0])],
          [29, Buffer.from([2])]
        ]
      })
    )
    expect(recordingOf(decoded).device).toEqual({ manufacturer: 'Mortara Instruments', model: 'ELI250', serial: 'S-1' })
    expect(decoded.groups[0]!.subject!.family).toBe('\u0391')
    expect(recordingOf(decoded).waveforms[0]!.leads[0]!.filters).toEqual({ lowHz: 0.05, highHz: 150, notchHz: 50 })
  })

  test('leads recorded one after another lie apart, with gaps', () => {
    const decoded = decodeScp(
      simple({
        leads: [
          { code: 1, first: 1, samples: [1, 2, 3] },
          { code: 3, first: 4, samples: [4, 5] }
        ]
      })
    )
    const [waveform] = recordingOf(decoded).waveforms
    expect(waveform!.samples).toEqual([
      Float64Array.of(BIT_MV, 2 * BIT_MV, 3 * BIT_MV, Number.NaN, Number.NaN),
      Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 4 * BIT_MV, 5 * BIT_MV)
    ])
    expect(waveform!.gaps).toEqual([
      { lead: 0, from: 3, to: 5 },
      { lead: 1, from: 0, to: 3 }
    ])
  })

  test('a lead that is not specified keeps its place for a name', () => {
    const decoded = decodeScp(simple({ leads: [{ code: 0, samples: [1] }] }))
    expect(recordingOf(decoded).waveforms[0]!.leads[0]).toMatchObject({ name: 'channel 1' })
    expect(recordingOf(decoded).waveforms[0]!.leads[0]).not.toHaveProperty('mdc')
  })

  test('sections that the pipeline has no place for are noted', () => {
    const decoded = decodeScp(simple({ sections: [[9, Buffer.from('private')]] }))
    expect(decoded.notes).toEqual([{ code: 'content-ignored', at: 'section 9' }])
  })

  test('a wrong checksum is refused, or noted where the feed says so', () => {
    const changed = Buffer.from(FIXTURES.get('words-no-difference')!)
    changed[changed.length - 1]! ^= 1
    expect(() => decodeScp(changed)).toThrow(
      expect.objectContaining({ code: 'DECODE_FAILED', at: 'record', reason: 'checksum' })
    )
    expect(decodeScp(changed, { scpChecksums: 'note' }).notes).toEqual([
      { code: 'leniency', at: 'record checksum' },
      { code: 'leniency', at: 'section 6 checksum' }
    ])
  })

  test.each([
    ['TIME_UNUSABLE', 'no-time', withField(25, date(2026, 2, 30))],
    ['TIME_UNUSABLE', 'no-time', withField(26, Buffer.from([24, 0, 0]))],
    ['TIME_UNUSABLE', 'date-only', simple({ fields: DEFAULT_FIELDS.filter(([tag]) => tag !== 26) })],
    ['LEAD_UNKNOWN', undefined, simple({ leads: [{ code: 250, samples: [1] }] })],
    ['WAVEFORM_INCONSISTENT', 'gain', simple({ nanovoltsPerBit: 0 })],
    ['WAVEFORM_INCONSISTENT', 'rate', simple({ intervalUs: 0 })],
    ['WAVEFORM_INCONSISTENT', 'leads', simple({ leads: [] })],
    ['WAVEFORM_INCONSISTENT', 'bimodal', simple({ bimodal: { factor: 4, zones: [] } })],
    [
      'WAVEFORM_INCONSISTENT',
      'no-waveform',
      assemble([[1, Buffer.from([25, 4, 0, ...date(2026, 3, 10), 26, 3, 0, 8, 15, 0, 255, 0, 0])]])
    ],
    ['DECODE_FAILED', 'absent', assemble([[3, Buffer.from([1, 4, 1, 0, 0, 0, 1, 0, 0, 0, 1])]])],
    ['DECODE_FAILED', 'record-size', Buffer.alloc(200)],
    ['DECODE_FAILED', 'truncated', Buffer.from('SCP')]
  ])('refuses with %s (%s)', (code, reason, bytes) => {
    expect(() => decodeScp(bytes)).toThrow(expect.objectContaining({ code, reason }))
  })

  test.each([...FIXTURES.keys()].filter((name) => name !== 'heal-force'))(
    '%s with a byte changed and its checksums made right again throws only coded errors',
    (name) => {
      const random = seededRandom(20261123)
      let refused = 0
      for (let n = 0; n < 250; n++) {
        const changed = Buffer.from(FIXTURES.get(name)!)
        changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256)
        const error = errorOf(() => decodeScp(repairChecksums(changed)))
        if (error) refused++
        expect(error?.message ?? '').not.toMatch(/Testmann|T-100/)
      }
      expect(refused).toBeGreaterThan(0)
      expect(refused).toBeLessThan(250)
    }
  )

  test('sections that lie on one another are refused before they are gone through', () => {
    const bytes = Buffer.from(simple())
    // The pointer of section 7, absent before, now names the whole record.
    bytes.writeUInt32LE(bytes.length - 6, 22 + 7 * 10 + 2)
    bytes.writeUInt32LE(7, 22 + 7 * 10 + 6)
    expect(() => decodeScp(repairChecksums(bytes))).toThrow(
      expect.objectContaining({ code: 'DECODE_FAILED', at: 'section 0', reason: 'pointer' })
    )
  })

  test('a section of a header alone is absent', () => {
    const decoded = decodeScp(
      simple({
        sections: [
          [5, new Uint8Array(0)],
          [4, new Uint8Array(0)]
        ]
      })
    )
    expect(recordingOf(decoded).waveforms).toHaveLength(1)
  })

  test('lengths that are lied about are refused before anything of their size is made', () => {
    const lead = (first: number, last: number): Buffer => {
      const content = Buffer.alloc(11)
      content[0] = 1
      content.writeUInt32LE(first, 2)
      content.writeUInt32LE(last, 6)
      content[10] = 1
      return content
    }
    const fields = Buffer.concat(
      DEFAULT_FIELDS.map(([tag, value]) => Buffer.concat([Buffer.from([tag, value.length, 0]), value]))
    )
    const rhythm = Buffer.from([0xc4, 9, 0xd0, 7, 2, 0, 2, 0, 0, 0])
    const record = (definition: Buffer): Buffer =>
      assemble([
        [1, fields],
        [2, Buffer.from([0x1f, 0x4e])],
        [3, definition],
        [6, rhythm]
      ])
    expect(() => decodeScp(record(lead(1, 0xffffffff)))).toThrow(
      expect.objectContaining({ code: 'MESSAGE_TOO_LARGE', reason: 'samples' })
    )
    expect(() => decodeScp(record(lead(1, 10_000_000)))).toThrow(
      expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', reason: 'data-length' })
    )
  })

  test('the dialect of Heal Force recorders is told, checked and read', () => {
    const body = FIXTURES.get('heal-force')!
    const decoded = decodeScp(body)
    const { channels } = healForceInput()
    const recording = recordingOf(decoded)
    expect(recording.waveforms[0]!.samples).toEqual(channels.map((numbers) => inMillivolts(numbers, 9524)))
    expect(recording.waveforms[0]).toMatchObject({ rateHz: 150 })
    expect(recording.waveforms[0]!.leads.map(({ name }) => name)).toEqual(['channel 1', 'channel 2', 'channel 3'])
    expect(recording.acquiredAt.text).toBe('2026-03-10T08:15:00')
    expect(decoded.notes).toEqual([{ code: 'leniency', at: 'dialect heal-force' }])
    const named = recordingOf(decodeScp(body, { healForceLeads: ['I', 'II', 'III'] }))
    expect(named.waveforms[0]!.leads.map(({ name, mdc }) => [name, mdc])).toEqual([
      ['I', 1],
      ['II', 2],
      ['III', 61]
    ])
    const changed = Buffer.from(body)
    changed[400]! ^= 4
    expect(() => decodeScp(changed)).toThrow(expect.objectContaining({ code: 'DECODE_FAILED', reason: 'checksum' }))
  })

  dataTest('reads ECGToolkit Example.scp to the sample as the same ECG in aECG and in DICOM', async () => {
    const recording = recordingOf(decodeScp(readFileSync(dataPath('ecg', 'formats', 'ecgtoolkit', 'Example.scp'))))
    const [rhythm, beat] = recording.waveforms
    expect([rhythm!.rateHz, rhythm!.samples[0]!.length, beat!.samples[0]!.length]).toEqual([500, 5000, 599])
    const xml = readFileSync(dataPath('ecg', 'formats', 'ecgtoolkit', 'Example.xml'), 'utf8')
    const sequences = [
      ...xml.matchAll(/"MDC_ECG_LEAD_([A-Z0-9]+)"[\s\S]*?<scale value="2.5" unit="uV"[\s\S]*?<digits>([^<]*)</g)
    ]
    expect(sequences).toHaveLength(24)
    for (const [index, [, lead, digits]] of sequences.entries()) {
      const waveform = index < 12 ? rhythm! : beat!
      const channel = waveform.leads.findIndex(({ name }) => name.toUpperCase() === lead)
      const expected = Float64Array.from(digits!.trim().split(/\s+/), (digit) => (Number(digit) * 2.5) / 1000)
      expect(waveform.samples[channel]).toEqual(expected)
    }
    const { dataSet } = readPart10(readFileSync(dataPath('ecg', 'formats', 'ecgtoolkit', 'Example.dcm')))
    const [dicom] = readWaveforms(dataSet, recording.acquiredAt)
    for (const [index, { name }] of dicom!.leads.entries()) {
      expect(rhythm!.samples[rhythm!.leads.findIndex((lead) => lead.name === name)]).toEqual(dicom!.samples[index])
    }
    // Section 7 by hand: P onset 286, QRS 434-554, T offset 854 ms; the DICOM file states 'PR Interval = 148 ms' too.
    expect(recording.statements).toEqual([
      'P Duration = 102 ms',
      'PR Interval = 148 ms',
      'QRS Duration = 120 ms',
      'QT Interval = 420 ms',
      'P Axis = 44 deg',
      'QRS Axis = -61 deg',
      'T Axis = 86 deg',
      'QTc Interval = 443 ms'
    ])
  })

  dataTest('reads the Heal Force file: three channels of 4500 samples', async () => {
    const recording = recordingOf(decodeScp(readFileSync(dataPath('ecg', 'formats', 'healforce_scp', '62.SCP'))))
    const [{ samples, rateHz }] = recording.waveforms as [(typeof recording.waveforms)[0]]
    expect(rateHz).toBe(150)
    expect(samples.map(({ length }) => length)).toEqual([4500, 4500, 4500])
    // Numbers by an independent read with numpy 2.4: words of '<u2' in threes, nibbles of bits 10-13 joined.
    const bits = samples.map((lead) => lead.map((value) => Math.round((value * 1e6) / 9524)))
    expect(bits.map((lead) => [...lead.slice(0, 4)])).toEqual([
      [1, 1, 1, 1],
      [0, -1, -1, 0],
      [1, 0, -1, -1]
    ])
    expect(bits.map((lead) => [Math.min(...lead), Math.max(...lead)])).toEqual([
      [-80, 56],
      [-13, 114],
      [-25, 156]
    ])
    expect(recording.acquiredAt.text).toBe('2019-08-08T00:04:10')
  })
})
