import { readFileSync } from 'node:fs'
import type { Decoded } from '../../../core/decoded.ts'
import type { Envelope } from '../../../core/envelope.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { FeedFacts } from '../../../core/format.ts'
import { encodeFile, type TestRow } from '../../../dicom/testing/encode.ts'
import { sampleEcg, sampleMr, sampleWaveform } from '../../../dicom/testing/samples.ts'
import { SOP_CLASS, TRANSFER_SYNTAX } from '../../../dicom/uids.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'
import format from './index.ts'

const FEED: FeedFacts = { name: 'carts', zone: 'Europe/Berlin', codeMap: {}, options: {} }

const decode = async (body: Uint8Array): Promise<Decoded> => {
  const envelope: Envelope = {
    id: 'E1',
    feed: 'carts',
    family: 'dicom',
    kind: SOP_CLASS.twelveLeadEcg,
    mediaType: 'application/dicom',
    receivedAt: '2026-03-10T07:20:00.000Z',
    correlation: { callingAeTitle: 'CART' },
    body
  }
  return format.decode(envelope, FEED)
}

describe('format dicom-waveform', () => {
  test('accepts the four ECG classes only', () => {
    const suffixes = ['9.1.1', '9.1.2', '9.1.3', '9.1.4', '4', '4.1', '9.1', '9.2.1']
    const accepted = suffixes.filter((suffix) => format.accepts(`1.2.840.10008.5.1.4.1.1.${suffix}`))
    expect(accepted).toEqual(['9.1.1', '9.1.2', '9.1.3', '9.1.4'])
  })

  test('says who, when, by what and every sample', async () => {
    const decoded = await decode(
      sampleEcg(50, { statements: ['Sinus rhythm'], device: { manufacturer: 'Maker', model: 'M1', serial: '9' } })
    )
    const { subject, visit, waveforms } = decoded.groups[0]!
    expect(subject).toEqual({
      identifiers: [{ value: 'T-100', authority: 'HOSP' }],
      family: 'Testmann',
      given: ['Änne'],
      birthDate: '1951-03-09',
      sex: 'female'
    })
    expect(visit).toEqual({ number: { value: 'V-7' } })
    expect(waveforms[0]).toMatchObject({
      businessKey: 'dicom|2.25.3',
      acquiredAt: { instant: '2026-03-10T07:15:00.000Z', text: '20260310081500', precision: 'second' },
      receivedFrom: 'dicom',
      synthetic: true,
      statements: ['Sinus rhythm'],
      device: { manufacturer: 'Maker', model: 'M1', serial: '9' }
    })
    expect(waveforms[0]!.waveforms[0]!.samples).toEqual(
      sampleWaveform(50).samples.map((lead) => lead.map((v) => (v === 0 ? 0 : v)))
    )
    expect(decoded.correlation).toMatchObject({ callingAeTitle: 'CART', sopInstanceUid: '2.25.3' })
  })

  test('places a time without offset in the zone of the feed', async () => {
    const decoded = await decode(sampleEcg(4, { utcOffset: undefined, acquiredAt: '20260710081500' }))
    expect(decoded.groups[0]!.waveforms[0]!.acquiredAt.instant).toBe('2026-07-10T06:15:00.000Z')
  })

  test('gives the same answer twice and leaves the bytes alone', async () => {
    const file = sampleEcg(20)
    const copy = Uint8Array.from(file)
    expect(await decode(file)).toEqual(await decode(file))
    expect(file).toEqual(copy)
  })

  test('cut off at any byte throws only coded errors, without a word of the input', async () => {
    const file = sampleEcg(4)
    let refused = 0
    for (let length = 0; length < file.length; length++) {
      const error = await decode(file.subarray(0, length)).then(
        () => undefined,
        (reason: unknown) => reason
      )
      if (error === undefined) continue
      refused++
      expect(error).toBeInstanceOf(AppError)
      expect(String(error)).not.toMatch(/Testmann|T-100/)
    }
    expect(refused).toBeGreaterThan(file.length * 0.99)
  })

  const bare = (extra: TestRow[]): Uint8Array =>
    encodeFile(
      [[0x00080016, 'UI', SOP_CLASS.generalEcg], [0x00080018, 'UI', '1.2'], ...extra],
      TRANSFER_SYNTAX.explicitLittle
    )
  test.each([
    ['DICOM_SOP_CLASS', sampleMr()],
    ['TIME_UNUSABLE', bare([])],
    ['TIME_UNUSABLE', bare([[0x0008002a, 'DT', '20260310']])],
    ['DICOM_ATTRIBUTE_VALUE', bare([[0x0008002a, 'DT', '20261310081500']])],
    ['DICOM_ATTRIBUTE_MISSING', bare([[0x0008002a, 'DT', '20260310081500']])],
    ['DICOM_NOT_PART10', Buffer.from('not a file')]
  ])('refuses with %s (case %#)', async (code, file) => {
    await expect(decode(file)).rejects.toEqual(expect.objectContaining({ code }))
  })

  test('reads ten times the samples in bounded time', async () => {
    const began = performance.now()
    const decoded = await decode(sampleEcg(50_000))
    expect(decoded.groups[0]!.waveforms[0]!.waveforms[0]!.samples[0]).toHaveLength(50_000)
    expect(performance.now() - began).toBeLessThan(5000)
  })

  dataTest('decodes ECGToolkit Example.dcm to the digits of the same ECG as aECG', async () => {
    const decoded = await decode(readFileSync(dataPath('ecg', 'formats', 'ecgtoolkit', 'Example.dcm')))
    const { waveforms } = decoded.groups[0]!.waveforms[0]!
    expect(waveforms.map(({ kind, rateHz, samples }) => [kind, rateHz, samples.length, samples[0]!.length])).toEqual([
      ['rhythm', 500, 12, 5000],
      ['median-beat', 500, 12, 600]
    ])
    expect(decoded.groups[0]!.subject!.identifiers).toEqual([{ value: 'SBJ-123' }])
    expect(decoded.groups[0]!.waveforms[0]!.statements).toContain('PR Interval = 148 ms')
    expect(decoded.notes).toEqual([{ code: 'leniency', at: '(5400,100A)' }])
    const xml = readFileSync(dataPath('ecg', 'formats', 'ecgtoolkit', 'Example.xml'), 'utf8')
    const sequences = [
      ...xml.matchAll(/"MDC_ECG_LEAD_([A-Z0-9]+)"[\s\S]*?<scale value="2.5" unit="uV"[\s\S]*?<digits>([^<]*)</g)
    ]
    expect(sequences).toHaveLength(24)
    let compared = 0
    for (const [index, [, lead, digits]] of sequences.entries()) {
      const waveform = waveforms[index < 12 ? 0 : 1]!
      const channel = waveform.leads.findIndex(({ name }) => name.toUpperCase() === lead)
      const expected = digits!
        .trim()
        .split(/\s+/)
        .map((digit) => (Number(digit) * 2.5) / 1000)
      compared += expected.length
      expect(waveform.samples[channel]!.slice(0, expected.length)).toEqual(Float64Array.from(expected))
    }
    // The aECG's beat has 599 samples; the DICOM writer filled the 600th with its mark for nothing.
    expect(compared).toBe(12 * (5000 + 599))
    expect(waveforms[0]!.gaps).toEqual([])
    expect(waveforms[1]!.gaps).toEqual(Array.from({ length: 12 }, (_v, lead) => ({ lead, from: 599, to: 600 })))
  })
})
