import { readFileSync } from 'node:fs'
import type { DiagnosticReport, Observation } from '@medplum/fhirtypes'
import type { Decoded, DecodedWaveform } from '../../../core/decoded.ts'
import type { FeedFacts } from '../../../core/format.ts'
import {
  assertTruncationSafe,
  assertValid,
  envelopeOf,
  feedOf,
  resourcesOf,
  segment
} from '../../../test/support/decoded-valid.ts'
import ecg from './index.ts'

const fixture = (name: string): string => readFileSync(new URL(`./fixtures/${name}.hl7`, import.meta.url), 'utf8')
const decode = (text: string, facts: Partial<FeedFacts> = {}): Decoded => {
  const decoded = ecg.decode(envelopeOf(Buffer.from(text)), feedOf(facts)) as Decoded
  assertValid(decoded)
  return decoded
}
const recording = (text: string, facts?: Partial<FeedFacts>): DecodedWaveform =>
  decode(text, facts).groups[0]?.waveforms[0] as DecodedWaveform
const w01 = fixture('w01-ma')
const monitor = fixture('monitor-na')
const rounded = (samples: Float64Array | undefined) =>
  Array.from(samples ?? [], (value) => Math.round(value * 1e6) / 1e6)

describe('ORU^W01', () => {
  test('value = (sample - baseline) x sensitivity x correction, and parts are joined', () => {
    const [waveform] = recording(w01).waveforms
    expect(waveform?.leads).toEqual([
      { name: 'I', mdc: 1, unit: 'mV', resolution: 4.88e-3 },
      { name: 'II', mdc: 2, unit: 'mV', resolution: 4.88e-3 * 1.5 }
    ])
    // I: (10, 110, -90, 11, 12 - 10) x 0.00488; II: (-4, missing, 16, -3, -2 + 4) x 0.00732
    expect(rounded(waveform?.samples[0])).toEqual([0, 0.488, -0.488, 0.00488, 0.00976])
    expect(rounded(waveform?.samples[1])).toEqual([0, Number.NaN, 0.1464, 0.00732, 0.01464])
    expect(waveform).toMatchObject({ kind: 'rhythm', rateHz: 500, gaps: [{ lead: 1, from: 1, to: 2 }] })
  })

  test('carries key, TIM as acquisition, statements, device and order numbers; results stand beside', () => {
    const decoded = decode(w01)
    expect(decoded.groups[0]?.waveforms[0]).toMatchObject({
      businessKey: 'oru|KARDIO|E1',
      acquiredAt: { instant: '2026-03-01T11:08:01.500Z' },
      receivedFrom: 'hl7v2',
      state: 'final',
      statements: ['Normal beat', 'Sinus rhythm'],
      device: { serial: 'SN123', model: 'CART-9' },
      placerOrderNumber: 'P9^HIS',
      fillerOrderNumber: 'E1^KARDIO'
    })
    const observations = resourcesOf(decoded).filter(({ resource }) => resource.resourceType === 'Observation')
    expect(observations.map(({ resource }) => (resource as Observation).valueQuantity?.value)).toEqual([71])
  })

  test('falls back to OBR-7, and is refused without any time', () => {
    const without = w01.replace(/OBX\|3\|TS[^\r]*\r/, '')
    expect(recording(without).acquiredAt.instant).toBe('2026-03-01T11:08:00.000Z')
    expect(() => decode(without.replace('20260301120800+0100', ''))).toThrow(
      expect.objectContaining({ code: 'TIME_UNUSABLE' })
    )
  })

  test('a later TIM opens a gap of missing samples', () => {
    // 2 s after the start at 500 Hz: sample 1000; three came before.
    const tim = segment('OBX', { 2: 'TS', 3: '93000&TIM^EKG^L', 4: '1', 5: '20260301120803.500+0100', 11: 'F' })
    const [waveform] = recording(w01.replace('OBX|5|', `${tim}\rOBX|5|`)).waveforms
    expect(waveform?.samples[0]).toHaveLength(1002)
    expect(waveform?.gaps).toContainEqual({ lead: 0, from: 3, to: 1000 })
  })

  test('NA rows are channels, and one NA a channel works as well', () => {
    const head = w01.split('\r').slice(0, 6).join('\r')
    const wav = (value: string) => segment('OBX', { 2: 'NA', 3: '93000&WAV^EKG^L', 4: '1', 5: value, 11: 'F' })
    const rows = recording([head, wav('10^110~-4^16')].join('\r')).waveforms[0]
    const single = recording([head, wav('10^110'), wav('-4^16^')].join('\r')).waveforms[0]
    expect(rounded(rows?.samples[1])).toEqual([0, 0.1464])
    expect(single?.samples).toEqual(rows?.samples)
  })

  test('groups of one channel each become one recording', () => {
    const lines = w01.split('\r').slice(0, 3)
    for (const [index, lead] of ['I', 'II', 'aVR'].entries()) {
      const sub = String(index + 1)
      lines.push(
        segment('OBX', { 2: 'CD', 3: 'E&CHN^E^L', 4: sub, 5: `1&${lead}^^2.5&uV^^500` }),
        segment('OBX', { 2: 'TS', 3: 'E&TIM^E^L', 4: sub, 5: '20260301120801' }),
        segment('OBX', { 2: 'NA', 3: 'E&WAV^E^L', 4: sub, 5: `${index}^400`, 11: 'F' })
      )
    }
    const { waveforms } = recording(lines.join('\r'))
    expect(waveforms).toHaveLength(1)
    expect(waveforms[0]?.leads.map(({ name }) => name)).toEqual(['I', 'II', 'aVR'])
    expect(rounded(waveforms[0]?.samples[2])).toEqual([0.005, 1])
  })

  test.each([
    ['an unknown lead', '1&I^I^', '1&Q7^^', 'LEAD_UNKNOWN'],
    ['two names that differ', '1&I^I^', '1&I^V1^', 'LEAD_UNKNOWN'],
    ['no unit', '4.88&uV', '4.88', 'UNIT_UNKNOWN'],
    ['a unit that is no voltage', '4.88&uV', '4.88&mmHg', 'UNIT_UNKNOWN'],
    ['no rate', '^500^', '^^', 'WAVEFORM_INCONSISTENT'],
    ['a component more than channels', '110^^~', '110^1^7~', 'WAVEFORM_INCONSISTENT'],
    ['a sample that is no number', '110^^~', '1e3^^~', 'HL7_DATA_TYPE']
  ])('refuses %s', (_, from, to, code) => {
    expect(() => decode(w01.replace(from, to))).toThrow(expect.objectContaining({ code }))
  })

  test('OBX-11 and OBR-25 correct or retract the recording', () => {
    expect(recording(w01.replace('||||||||||||||||||F\r', '||||||||||||||||||C\r')).state).toBe('corrected')
    expect(recording(w01.replace('||||||||||||||||||F\r', '||||||||||||||||||X\r'))).toMatchObject({
      state: 'retracted',
      waveforms: []
    })
    const withLetter = (letter: string) => recording(w01.replace('11^-3~12^-2||||||F', `||||||${letter}`))
    expect(withLetter('W')).toMatchObject({ state: 'retracted', waveforms: [], wrongPatient: true })
    for (const letter of ['D', 'X']) {
      expect(withLetter(letter).state).toBe('retracted')
      expect(withLetter(letter).wrongPatient).toBeUndefined()
    }
  })
})

describe('the monitor dialect', () => {
  test('reads rate and resolution from the attributes below the metric', () => {
    const decoded = decode(monitor)
    const [waveform] = decoded.groups[0]?.waveforms[0]?.waveforms ?? []
    expect(waveform?.rateHz).toBe(500)
    expect(waveform?.leads).toEqual([{ name: 'II', mdc: 2, unit: 'mV', resolution: 0.005 }])
    expect(rounded(waveform?.samples[0])).toEqual([0.005, 0.01, Number.NaN, -0.02])
    expect(waveform?.gaps).toEqual([{ lead: 0, from: 2, to: 3 }])
    expect(decoded.notes).toContainEqual({ code: 'content-ignored', at: 'OBX(4)-3' })
  })

  test('refuses counts whose worth nobody states, unless the site does', () => {
    const bare = monitor.replace(/OBX\|3\|[^\r]*\r/, '')
    expect(() => decode(bare)).toThrow(expect.objectContaining({ code: 'UNIT_UNKNOWN', at: 'OBX(1)-6' }))
    const { waveforms } = recording(bare, { options: { ecgMillivoltsPerCount: 0.01 } })
    expect(rounded(waveforms[0]?.samples[0])[0]).toBe(0.01)
  })

  test('refuses a message none of whose signals is an ECG lead', () => {
    expect(() => decode(monitor.replace('131330^MDC_ECG_ELEC_POTL_II', '131999^MDC_ECG_ELEC_POTL_II'))).toThrow(
      expect.objectContaining({ code: 'LEAD_UNKNOWN' })
    )
  })
})

describe('a file in OBX-5', () => {
  const withFile = (value: string, letter = 'F') =>
    [...w01.split('\r').slice(0, 3), segment('OBX', { 2: 'ED', 3: 'F^File^L', 5: value, 11: letter })].join('\r')
  const dicom = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.from([1, 2, 3])])

  test('that a format may read becomes a message of its own, named by its bytes', () => {
    const { embedded } = decode(withFile(`CART^APPLICATION^PDF^Base64^${dicom.toString('base64')}`))
    expect(embedded).toEqual([{ mediaType: 'application/dicom', bytes: new Uint8Array(dicom) }])
  })

  test('that is for people stays with the report', () => {
    const pdf = Buffer.from('%PDF-1.4 simulated')
    const decoded = decode(withFile(`CART^APPLICATION^PDF^Base64^${pdf.toString('base64')}`))
    expect(decoded.embedded).toEqual([])
    const report = resourcesOf(decoded)[0]?.resource as DiagnosticReport
    expect(report.presentedForm).toEqual([{ contentType: 'application/pdf', data: pdf.toString('base64') }])
  })

  test('that is not in its encoding is refused, and a retracted one is not passed on', () => {
    expect(() => decode(withFile('C^AP^PDF^Base64^****'))).toThrow(expect.objectContaining({ code: 'HL7_DATA_TYPE' }))
    expect(() => decode(withFile('C^AP^PDF^Rot13^abc'))).toThrow(expect.objectContaining({ code: 'HL7_TABLE_VALUE' }))
    expect(decode(withFile(`C^AP^DICOM^Base64^${dicom.toString('base64')}`, 'W')).embedded).toEqual([])
  })
})

test('ten seconds of twelve leads decode within a second', () => {
  const lines = w01.split('\r').slice(0, 3)
  const leads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6']
  for (const [index, lead] of leads.entries())
    lines.push(segment('OBX', { 2: 'CD', 3: 'E&CHN', 4: '1', 5: `${index + 1}&${lead}^^2.5&uV^^500` }))
  const step = Array.from({ length: 12 }, (_, index) => String(index)).join('^')
  lines.push(segment('OBX', { 2: 'TS', 3: 'E&TIM', 4: '1', 5: '20260301120801' }))
  lines.push(
    segment('OBX', { 2: 'MA', 3: 'E&WAV', 4: '1', 5: Array.from({ length: 5000 }, () => step).join('~'), 11: 'F' })
  )
  const began = performance.now()
  expect(recording(lines.join('\r')).waveforms[0]?.samples.map(({ length }) => length)).toEqual(leads.map(() => 5000))
  expect(performance.now() - began).toBeLessThan(1000)
})

test.each([
  ['w01-ma', w01],
  ['monitor-na', monitor]
])('%s cut at every byte throws coded errors only, and twice gives the same', async (_, text) => {
  await assertTruncationSafe(ecg, Buffer.from(text), 'ORU^W01')
  expect(decode(text)).toEqual(decode(text))
})

test('accepts its kinds only', () => {
  expect(['ORU^W01', 'ORU^R01#waveform', 'ORU^R01'].map((kind) => ecg.accepts(kind))).toEqual([true, true, false])
})
