import { zipSync } from 'fflate'
import type { Decoded } from '../../../core/decoded.ts'
import type { EncodableRecording, FeedFacts } from '../../../core/format.ts'
import { simulatedRecording, withGap } from '../../../test/support/simulated-recording.ts'
import { peekEcg } from '../../ecg/peek.ts'
import format from './index.ts'
import { readRecord } from './record.ts'
import { gainText, writeRecord } from './writer.ts'

const FEED: FeedFacts = { name: 'carts', zone: 'Europe/Berlin', codeMap: {}, options: {} }

const decode = async (body: Uint8Array, zone = FEED.zone): Promise<Decoded> =>
  format.decode(
    {
      id: 'E1',
      feed: 'carts',
      family: 'ecg',
      kind: 'wfdb',
      mediaType: 'application/x-wfdb',
      receivedAt: '2026-03-10T07:20:00.000Z',
      correlation: {},
      body
    },
    { ...FEED, zone }
  )

const text = (value: string): Uint8Array => Buffer.from(value)
const int16 = (...values: number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer)

/** The files that our writer makes, by name. */
const written = (recording: EncodableRecording, stem = 'r1'): Record<string, Uint8Array> =>
  Object.fromEntries(writeRecord(recording, stem).map(({ extension, bytes }) => [stem + extension, bytes]))

const readBack = (files: Record<string, Uint8Array>, stem = 'r1') =>
  readRecord(Buffer.from(files[`${stem}.hea`]!).toString(), (name) => files[name])

const ONE = 'a 1 250 2 10:20:30 05/03/2024\na.dat 16 200 16 0 1 3 0 II\n'

describe('a zip with one record', () => {
  test('says who, when and every sample, and so does what the writer makes of it', async () => {
    const recording = simulatedRecording()
    const zip = zipSync(written(recording))
    expect(peekEcg(zip, {}).kind).toBe('wfdb')
    const { groups, notes } = await decode(zip)
    const { subject, waveforms } = groups[0]!
    expect(subject).toEqual(recording.subject)
    expect(waveforms[0]).toMatchObject({
      receivedFrom: 'ecg',
      synthetic: true,
      statements: recording.statements,
      device: recording.device,
      acquiredAt: { instant: '2026-03-05T09:20:30.500Z', precision: 'fraction' }
    })
    expect(waveforms[0]!.waveforms[0]!.samples).toEqual(recording.waveforms[0]!.samples)
    expect(waveforms[0]!.waveforms[0]!.leads).toEqual(recording.waveforms[0]!.leads)
    expect(notes).toEqual([])
  })

  test('places a time without a zone in the zone of the feed', async () => {
    const zip = zipSync({ 'set/a.hea': text(ONE), 'set/a.dat': int16(1, 2) })
    expect((await decode(zip)).groups[0]!.waveforms[0]!.acquiredAt).toEqual({
      instant: '2024-03-05T09:20:30.000Z',
      text: '2024-03-05T10:20:30',
      precision: 'second'
    })
  })

  test('takes the record whose segments the other headers are', async () => {
    const zip = zipSync({
      'm.hea': text('m/2 1 250 4 10:20:30 05/03/2024\na 2\na 2\n'),
      'a.hea': text(ONE),
      'a.dat': int16(1, 2)
    })
    const { waveforms } = (await decode(zip)).groups[0]!.waveforms[0]!
    expect([...waveforms[0]!.samples[0]!]).toEqual([0.005, 0.01, 0.005, 0.01])
  })

  test('notes what it passes over', async () => {
    const header = ONE.replace(' 3 0 II', ' 0 0 II')
    const zip = zipSync({ 'a.hea': text(header), 'a.dat': int16(1, 2), 'a.atr': int16(0), 'LICENSE.txt': text('x') })
    expect((await decode(zip)).notes).toEqual([
      { code: 'leniency', at: 'checksum' },
      { code: 'content-ignored', at: 'zip' }
    ])
  })

  const lying = (): Uint8Array => {
    const zip = Buffer.from(zipSync({ 'a.hea': text(ONE), 'a.dat': int16(1, 2) }))
    // Uncompressed size of the central directory entry (APPNOTE 4.3.12): offset 24.
    zip.writeUInt32LE(0xfffffff0, zip.indexOf('PK\x01\x02') + 24)
    return zip
  }
  test.each<[string, string, () => Uint8Array]>([
    ['DECODE_FAILED', 'zip', () => Buffer.from('PK\x03\x04 no zip')],
    ['DECODE_FAILED', 'no-header', () => zipSync({ 'a.dat': int16(1, 2) })],
    ['DECODE_FAILED', 'records', () => zipSync({ 'a.hea': text(ONE), 'b.hea': text(ONE), 'a.dat': int16(1, 2) })],
    ['DECODE_FAILED', 'file-missing', () => zipSync({ 'a.hea': text(ONE) })],
    ['DECODE_FAILED', 'file-missing', () => zipSync({ 'x/a.hea': text(ONE), 'a.dat': int16(1, 2) })],
    ['DECODE_FAILED', 'checksum', () => zipSync({ 'a.hea': text(ONE), 'a.dat': int16(1, 3) })],
    ['DECODE_FAILED', 'truncated', () => zipSync({ 'a.hea': text(ONE), 'a.dat': int16(1) })],
    ['MESSAGE_TOO_LARGE', 'inflated', lying],
    ['MESSAGE_TOO_LARGE', 'inflated', () => zipSync({ 'a.hea': new Uint8Array(65 * 1024 * 1024) })],
    [
      'MESSAGE_TOO_LARGE',
      'zip-entries',
      () => zipSync(Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`f${i}`, new Uint8Array(0)])))
    ],
    [
      'MESSAGE_TOO_LARGE',
      'samples',
      () => zipSync({ 'a.hea': text('a 1 250 900000000\na.dat 16 200 16 0 1 3 0 II\n'), 'a.dat': int16(1) })
    ],
    ['TIME_UNUSABLE', 'absent', () => zipSync({ 'a.hea': text(ONE.replace(/ 10:.*/, '')), 'a.dat': int16(1, 2) })],
    ['TIME_UNUSABLE', 'absent', () => zipSync({ 'a.hea': text(ONE.replace('05/03', '31/02')), 'a.dat': int16(1, 2) })]
  ])('is refused with %s, %s (case %#)', async (code, reason, make) => {
    await expect(decode(make())).rejects.toEqual(expect.objectContaining({ code, reason }))
  })
})

describe('the writer', () => {
  test.each([
    [16, 0.0025, 1],
    [24, 0.000_01, 1],
    [32, 0.000_01, 10_000]
  ])('chooses format %i where the counts need it, exact and with gaps', (signalFormat, resolution, scale) => {
    const { waveforms, ...rest } = simulatedRecording({ leads: ['II', 'V1'], resolution })
    const samples = waveforms[0]!.samples.map((lead) => lead.map((mv) => mv * scale))
    const recording = withGap({ ...rest, waveforms: [{ ...waveforms[0]!, samples }] }, 1, 10, 20)
    const { signals, header, waveforms: read } = readBack(written(recording))
    expect(header.signals.map(({ format }) => format)).toEqual([signalFormat, signalFormat])
    expect(read[0]!.gaps).toEqual([{ lead: 1, from: 10, to: 20 }])
    for (const [i, { samples: back }] of signals.entries()) {
      const source = recording.waveforms[0]!.samples[i]!
      expect([...back].every((mv, k) => Number.isNaN(mv) || Math.abs(mv - source[k]!) < resolution / 1e6)).toBe(true)
    }
  })

  test('writes an unknown start as none', () => {
    const recording = { ...simulatedRecording(), acquiredAt: { text: '', precision: 'year' } as const }
    expect(Buffer.from(written(recording)['r1.hea']!).toString()).toMatch(/^r1 12 500 1000\n/)
  })

  test('keeps a statement with line breaks inside its comment', () => {
    const recording = { ...simulatedRecording(), statements: ['a\nr1.dat 16 1 16 0 0 0 0 V9\r\nb'] }
    expect(readBack(written(recording)).signals).toHaveLength(12)
  })

  test.each([
    [0.0025, '400'],
    [1 / 1716, '1716'],
    [1 / 3, '3'],
    [0.001, '1000'],
    [0.00488, '204.91803278688525']
  ])('writes a step of %d as a gain of %s', (resolution, gain) => {
    expect(gainText(resolution)).toBe(gain)
    expect(1 / Number(gain)).toBe(resolution)
  })

  const one = (change: object): EncodableRecording => {
    const recording = simulatedRecording({ leads: ['I'] })
    return { ...recording, waveforms: [{ ...recording.waveforms[0]!, ...change }] }
  }
  test.each<[string, string, EncodableRecording, string]>([
    ['WAVEFORM_INCONSISTENT', 'no-waveform', { ...one({}), waveforms: [] }, 'a'],
    ['WAVEFORM_INCONSISTENT', 'resolution', one({ leads: [{ name: 'I', unit: 'mV', resolution: 0 }] }), 'a'],
    ['WAVEFORM_INCONSISTENT', 'range', one({ samples: [Float64Array.of(1e9)] }), 'a'],
    ['BAD_REQUEST', 'stem', one({}), '../a']
  ])('refuses with %s, %s', (code, reason, recording, stem) => {
    expect(() => writeRecord(recording, stem)).toThrow(expect.objectContaining({ code, reason }))
  })
})
