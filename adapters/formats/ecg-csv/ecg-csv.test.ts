import type { Decoded } from '../../../core/decoded.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { simulatedRecording, withGap } from '../../../test/support/simulated-recording.ts'
import { peekEcg } from '../../ecg/peek.ts'
import format from './index.ts'
import { writeCsv } from './writer.ts'

const decode = async (body: string | Uint8Array, zone = 'Europe/Berlin'): Promise<Decoded> =>
  format.decode(
    {
      id: 'E1',
      feed: 'carts',
      family: 'ecg',
      kind: 'ecg-csv',
      mediaType: 'text/csv',
      receivedAt: '2026-03-10T07:20:00.000Z',
      correlation: {},
      body: Buffer.from(body)
    },
    { name: 'carts', zone, codeMap: {}, options: {} }
  )

const waveformOf = async (body: string): Promise<Waveform> =>
  (await decode(body)).groups[0]!.waveforms[0]!.waveforms[0]!

const START = '# start: 2026-03-05T10:20:30\n'

test('reads leads, units, time and comments', async () => {
  const text = `# patient id: 7\n# sex = female\n${START}\ntime [ms],II [mV],V1 (uV),avr/nV\n0,0.5,-30,1000\n2,-0.25,,0\n4,NaN,1.5e2,2\n`
  expect(peekEcg(Buffer.from(text), {}).kind).toBe('ecg-csv')
  const { groups, notes } = await decode(text)
  expect(groups[0]!.subject).toEqual({ identifiers: [{ value: '7' }] })
  expect(notes).toEqual([{ code: 'content-ignored', at: 'comment' }])
  const { waveforms, acquiredAt } = groups[0]!.waveforms[0]!
  expect(acquiredAt).toEqual({ instant: '2026-03-05T09:20:30.000Z', text: '2026-03-05T10:20:30', precision: 'second' })
  expect(waveforms[0]).toMatchObject({
    kind: 'rhythm',
    rateHz: 500,
    leads: [
      { name: 'II', mdc: 2, unit: 'mV', resolution: 0.01 },
      { name: 'V1', mdc: 3, unit: 'mV', resolution: 0.001 },
      { name: 'aVR', mdc: 62, unit: 'mV', resolution: 1e-6 }
    ],
    gaps: [
      { lead: 0, from: 2, to: 3 },
      { lead: 1, from: 1, to: 2 }
    ]
  })
  expect(waveforms[0]!.samples).toEqual([
    Float64Array.of(0.5, -0.25, Number.NaN),
    Float64Array.of(-0.03, Number.NaN, 0.15),
    Float64Array.of(0.001, 0, 0.000_002)
  ])
})

test('finds a rate of 360 Hz in times of whole milliseconds, and moves the start by the first of them', async () => {
  const rows = Array.from({ length: 3600 }, (_, i) => `${1000 + Math.round((i * 1000) / 360)},0.1`)
  const waveform = await waveformOf(`${START}time [ms],II [mV]\n${rows.join('\n')}`)
  expect(waveform.rateHz).toBe(360)
  expect(waveform.startedAt!.instant).toBe('2026-03-05T09:20:31.000Z')
})

test('takes rows that are left out for a gap where the rate is given, and refuses them where it is not', async () => {
  const table = 'time [s];I [mV];V9 [mV]\n0;1;2\n0.01;3;4\n0.04;5;6\n'
  const waveform = await waveformOf(`${START}# rateHz: 100 Hz\n${table}`)
  expect(waveform.samples[1]).toEqual(Float64Array.of(2, 4, Number.NaN, Number.NaN, 6))
  expect(waveform.gaps).toEqual([
    { lead: 0, from: 2, to: 4 },
    { lead: 1, from: 2, to: 4 }
  ])
  await expect(decode(START + table)).rejects.toMatchObject({ code: 'WAVEFORM_INCONSISTENT', reason: 'time-step' })
})

test('a missing sample of a single column stays in its place', async () => {
  const waveform = await waveformOf(`${START}# rateHz: 100\nII [mV]\n1\n\n3\n`)
  expect(waveform.samples[0]).toEqual(Float64Array.of(1, Number.NaN, 3))
})

test.each([0.0025, 1 / 1716, 1, 0.000_01])(
  'gives back what was written, to far less than one step of %d mV',
  async (resolution) => {
    const recording = withGap(simulatedRecording({ resolution }), 3, 5, 9)
    const [file] = writeCsv(recording)
    const { groups, notes } = await decode(file!.bytes, 'UTC')
    const { subject, waveforms } = groups[0]!
    expect(subject).toEqual(recording.subject)
    expect(notes).toEqual([])
    expect(waveforms[0]).toMatchObject({
      acquiredAt: { instant: recording.acquiredAt.instant },
      statements: recording.statements,
      device: recording.device,
      synthetic: true
    })
    const [back] = waveforms[0]!.waveforms
    const [source] = recording.waveforms
    expect(back!.leads).toEqual(source!.leads)
    expect(back!.rateHz).toBe(source!.rateHz)
    expect(back!.gaps).toEqual(source!.gaps)
    for (const [k, samples] of back!.samples.entries()) {
      const worst = samples.reduce((most, mv, i) => Math.max(most, Math.abs(mv - source!.samples[k]![i]!) || 0), 0)
      expect(worst / resolution).toBeLessThan(0.001)
    }
  }
)

const rows = '0,1\n0.01,2\n'
test.each<[string, string, string | Uint8Array]>([
  ['UNIT_UNKNOWN', '', `${START}time,II [mV]\n${rows}`],
  ['UNIT_UNKNOWN', '', `${START}time [min],II [mV]\n${rows}`],
  ['UNIT_UNKNOWN', '', `${START}time [s],II\n${rows}`],
  ['UNIT_UNKNOWN', '', `${START}time [s],II [mmHg]\n${rows}`],
  ['LEAD_UNKNOWN', '', `${START}time [s],lead two [mV]\n${rows}`],
  ['DECODE_FAILED', 'comment', `# rateHz: fast\ntime [s],II [mV]\n${rows}`],
  ['DECODE_FAILED', 'comment', `# start: 2026-02-31T10:00:00\ntime [s],II [mV]\n${rows}`],
  ['DECODE_FAILED', 'csv', `${START}time [s],II [mV]\n0,1\n0.01\n`],
  ['DECODE_FAILED', 'number', `${START}time [s];II [mV]\n0;1,5\n`],
  ['DECODE_FAILED', 'number', `${START}time [s],II [mV]\n0,0x10\n`],
  ['DECODE_FAILED', 'number', `${START}time [s],II [mV]\n0,1e400\n`],
  ['DECODE_FAILED', 'no-rows', `${START}time [s],II [mV]\n`],
  ['DECODE_FAILED', 'encoding', Uint8Array.of(0x49, 0xff, 0xfe)],
  ['WAVEFORM_INCONSISTENT', 'lead-twice', `${START}# rateHz: 100\nII [mV],ii [uV]\n1,2\n`],
  ['WAVEFORM_INCONSISTENT', 'time-twice', `${START}time [s],t [s],II [mV]\n0,0,1\n`],
  ['WAVEFORM_INCONSISTENT', 'no-waveform', `${START}time [s]\n0\n`],
  ['WAVEFORM_INCONSISTENT', 'rate', `${START}I [mV],II [mV]\n1,2\n`],
  ['WAVEFORM_INCONSISTENT', 'rate', `${START}time [s],II [mV]\n0,1\n`],
  ['WAVEFORM_INCONSISTENT', 'time-step', `${START}# rateHz: 100\ntime [s],II [mV]\n0,1\n0,2\n`],
  ['WAVEFORM_INCONSISTENT', 'time-step', `${START}# rateHz: 100\ntime [s],II [mV]\n0,1\n9e9,2\n`],
  ['WAVEFORM_INCONSISTENT', 'time-step', `${START}time [s],II [mV]\n0,1\n,2\n0.02,3\n`],
  ['WAVEFORM_INCONSISTENT', 'resolution', `${START}# resolution: 1 2\ntime [s],II [mV]\n${rows}`],
  ['TIME_UNUSABLE', 'absent', `time [s],II [mV]\n${rows}`],
  ['TIME_UNUSABLE', 'date-only', `# start: 2026-03-05\ntime [s],II [mV]\n${rows}`]
])('refuses with %s %s (case %#)', async (code, reason, body) => {
  await expect(decode(body)).rejects.toEqual(expect.objectContaining({ code, ...(reason ? { reason } : {}) }))
})
