import { decodeScp, recordingOf } from './testing/decode.ts'
import { encodeScp, text } from './testing/encode-scp.ts'

const words = (...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.from([value & 0xff, (value >> 8) & 0xff])))

const statedBy = (...sections: [number, Uint8Array][]) => {
  const decoded = decodeScp(
    encodeScp({ leads: [{ code: 1, samples: [0] }], nanovoltsPerBit: 1000, intervalUs: 2000, sections })
  )
  const { statements, paced } = recordingOf(decoded)
  return { statements, paced, notes: decoded.notes }
}

const BEAT = words(100, 200, 260, 350, 640, 45, -30, 999)
const head = (beats: number, spikes: number): Buffer => Buffer.concat([Buffer.from([beats, spikes]), words(800, 29999)])

test('global measurements of the reference beat, the rate and QTc are stated in words', () => {
  const content = Buffer.concat([head(1, 0), BEAT, words(2), Buffer.from([0, 0]), words(75, 0, 430), Buffer.from([1])])
  expect(statedBy([7, content]).statements).toEqual([
    'Mean RR Interval = 800 ms',
    'P Duration = 100 ms',
    'PR Interval = 160 ms',
    'QRS Duration = 90 ms',
    'QT Interval = 380 ms',
    'P Axis = 45 deg',
    'QRS Axis = -30 deg',
    'Ventricular Heart Rate = 75 /min',
    'QTc Interval (Bazett) = 430 ms'
  ])
})

test('waves that are not there and measurements that were not made are not stated', () => {
  const content = Buffer.concat([head(1, 0), words(19999, 19999, 260, 350, 29998, 999, 0, 999)])
  expect(statedBy([7, content]).statements).toEqual([
    'Mean RR Interval = 800 ms',
    'QRS Duration = 90 ms',
    'QRS Axis = 0 deg'
  ])
})

test('spikes of a pacemaker make the tracing paced', () => {
  const spike = Buffer.concat([words(120, 2500), Buffer.from([1, 1, 0, 0]), words(400)])
  expect(statedBy([7, Buffer.concat([head(1, 1), BEAT, spike])]).paced).toBe(true)
  expect(statedBy([7, Buffer.concat([head(1, 0), BEAT])]).paced).toBeUndefined()
})

const report = Buffer.from([1, 0xea, 7, 3, 10, 8, 15, 0])
const statement = (number: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([number]), words(content.length), content])

test('a diagnosis in words and universal codes are kept as they came', () => {
  const section8 = Buffer.concat([
    report,
    Buffer.from([2]),
    statement(1, text('Sinus rhythm')),
    statement(2, text('Normal ECG'))
  ])
  const coded = Buffer.concat([Buffer.from([1]), text('SR'), text('AMI_PR')])
  const section11 = Buffer.concat([report, Buffer.from([1]), statement(1, coded)])
  expect(statedBy([8, section8], [11, section11]).statements).toEqual(['Sinus rhythm', 'Normal ECG', 'SR AMI_PR'])
})

test('measurements of a lead are one statement', () => {
  const values = words(96, 160, 29999, 380, 0, 0, 0, 0, 0, -120, 1240)
  const content = Buffer.concat([words(1, 0), words(3, values.length), values])
  expect(statedBy([10, content]).statements).toEqual([
    'V1: P Duration = 96 ms, PR Interval = 160 ms, QT Interval = 380 ms, Q Amplitude = -120 uV, R Amplitude = 1240 uV'
  ])
})

test('a section of statements that cannot be read is left out and noted', () => {
  const broken = Buffer.concat([report, Buffer.from([200]), statement(1, text('Sinus rhythm'))])
  expect(statedBy([8, broken])).toEqual({
    statements: undefined,
    paced: undefined,
    notes: [{ code: 'content-ignored', at: 'section 8' }]
  })
})
