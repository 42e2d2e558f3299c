import { readFileSync } from 'node:fs'
import type { Envelope } from '../../../core/envelope.ts'
import { simulated } from '../../../test/support/simulated-ecg.ts'
import { peekEcg } from '../../ecg/peek.ts'
import { encodeStrip, MISSING, type Strip, type StripHeader } from '../../ecg/strip.ts'
import format from './index.ts'

const HEADER: StripHeader = {
  session: '0f2b6c1e5d3a4b7c8d9e0f1a2b3c4d5e',
  from: 1500,
  startedAt: '2026-03-05T09:20:30.500Z',
  rateHz: 250,
  scaleUv: 1,
  subject: {
    identifiers: [{ value: 'T-100', authority: 'HOSP' }],
    family: 'Testmann',
    given: ['Änne'],
    birthDate: '1951-03-09'
  },
  device: { manufacturer: 'His Bundle', model: 'simulated' }
}

const strip = (header: Partial<StripHeader> = {}): Strip => {
  const samples = Int16Array.from(simulated([0.4, 1.2], 2, 250), (mv) => Math.round(mv * 1000))
  samples.fill(MISSING, 300, 320)
  return { header: { ...HEADER, ...header }, samples }
}

const decode = (body: Uint8Array) =>
  format.decode(
    { id: 'E1', feed: 'live', family: 'ecg', kind: 'ecg-strip', body, correlation: {} } as unknown as Envelope,
    { name: 'live', zone: 'Europe/Berlin', codeMap: {}, options: {} }
  )

test('the fixture is what this test makes', () => {
  const fixture = readFileSync(new URL('./fixtures/lead-one.strip', import.meta.url))
  expect(Buffer.compare(fixture, encodeStrip(strip()))).toBe(0)
})

test('gives back Lead I in millivolts to the bit, its gap, its time and its person', async () => {
  const { samples } = strip()
  const { groups, processingId } = await decode(encodeStrip(strip()))
  const { subject, waveforms } = groups[0]!
  expect(processingId).toBeUndefined()
  expect(subject).toEqual(HEADER.subject)
  expect(waveforms[0]).toMatchObject({ acquiredAt: { instant: HEADER.startedAt }, device: HEADER.device })
  const [waveform] = waveforms[0]!.waveforms
  expect(waveform).toMatchObject({
    rateHz: 250,
    leads: [{ name: 'I', mdc: 1, unit: 'mV', resolution: 0.001 }],
    gaps: [{ lead: 0, from: 300, to: 320 }]
  })
  expect([...waveform!.samples[0]!]).toEqual([...samples].map((step) => (step === MISSING ? Number.NaN : step / 1000)))
})

test('the same strip cut again is the same recording, and another one of the session is not', async () => {
  const keyOf = async (one: Strip) => (await decode(encodeStrip(one))).groups[0]!.waveforms[0]!.businessKey
  expect(await keyOf(strip({ startedAt: '2026-03-05T09:20:30.700Z' }))).toBe(await keyOf(strip()))
  expect(await keyOf(strip({ from: 1501 }))).not.toBe(await keyOf(strip()))
})

test('what was played from a file is test data', async () => {
  expect((await decode(encodeStrip(strip({ test: true })))).processingId).toBe('T')
})

test('is ordered by its patient, of the feed when no authority is named', () => {
  expect(peekEcg(encodeStrip(strip()), {})).toMatchObject({ kind: 'ecg-strip', key: 'HOSP|T-100' })
  const nobody = strip({ subject: { identifiers: [{ value: 'T-100' }] } })
  expect(peekEcg(encodeStrip(nobody), {}).key).toBe('|T-100')
})

test.each<[string, string, Partial<StripHeader>]>([
  ['DECODE_FAILED', 'startedAt', { startedAt: 'today' }],
  ['DECODE_FAILED', 'startedAt', { startedAt: '2026-13-05T09:20:30.500Z' }],
  ['DECODE_FAILED', 'scaleUv', { scaleUv: 0 }],
  ['DECODE_FAILED', 'from', { from: 1.5 }],
  ['DECODE_FAILED', 'subject.birthDate', { subject: { identifiers: [], birthDate: '9 March' } }],
  ['DECODE_FAILED', 'subject.identifiers', { subject: { identifiers: [{ value: '' }] } }],
  ['DECODE_FAILED', 'session', { session: '' }]
])('refuses with %s at %s', (code, at, header) => {
  expect(() => decode(encodeStrip(strip(header)))).toThrow(expect.objectContaining({ code, at, reason: 'header' }))
})

test('refuses a rate of nothing, half a sample and a header that does not fit', () => {
  const bytes = encodeStrip(strip())
  const longer = Buffer.from(bytes)
  longer.writeUInt16LE(8193, 4)
  expect(() => decode(encodeStrip(strip({ rateHz: 0 })))).toThrow(
    expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', reason: 'rate' })
  )
  for (const broken of [bytes.subarray(0, bytes.length - 1), longer, bytes.subarray(0, 9)])
    expect(() => decode(broken)).toThrow(expect.objectContaining({ code: 'DECODE_FAILED', reason: 'strip' }))
})
