import { readFileSync } from 'node:fs'
import { readWfdb as readServerSide } from '../../../adapters/formats/wfdb/record.ts'
import { dataPath, dataTest } from '../../../test/support/data.ts'

/** The page's readers of bytes, run here as the browser runs them. */
const load = async <T>(name: string): Promise<T> => (await import(new URL(name, import.meta.url).href)) as T
const { readHeartRate } = await load<{
  readHeartRate(view: DataView): { heartRate: number; intervals: number[] } | undefined
}>('./heart-rate.mjs')
const { readPmdEcg, lostBetween, START_ECG } = await load<{
  readPmdEcg(view: DataView): { lastSampleNs: bigint; microvolts: Int32Array } | undefined
  lostBetween(before: bigint | undefined, now: { lastSampleNs: bigint; microvolts: { length: number } }): number
  START_ECG: Uint8Array
}>('./polar-pmd.mjs')
const { readGenericEcg, readUuid } = await load<{
  readGenericEcg(view: DataView, layout: { format: string; skip: number; unitUv: number }): Float64Array | undefined
  readUuid(text: string): number | string | undefined
}>('./generic-ecg.mjs')
const { readCsv, readWfdb } = await load<{
  readCsv(text: string): { rateHz: number; microvolts: Float64Array }
  readWfdb(header: string, data: ArrayBuffer): { rateHz: number; microvolts: Float64Array }
}>('./ecg-file.mjs')

const bytes = (...values: number[]): DataView => new DataView(Uint8Array.from(values).buffer)

describe('heart rate measurement (0x2A37)', () => {
  // Flags and fields by hand from Heart Rate Service 1.0 section 3.1.1.
  test.each<[string, number[], { heartRate: number; intervals: number[] } | undefined]>([
    ['eight bits without RR', [0x00, 72], { heartRate: 72, intervals: [] }],
    ['eight bits with two RR', [0x10, 60, 0x00, 0x04, 0x9a, 0x03], { heartRate: 60, intervals: [1024, 922] }],
    ['sixteen bits', [0x01, 0x2c, 0x01], { heartRate: 300, intervals: [] }],
    ['energy before RR', [0x18, 61, 0x34, 0x12, 0x80, 0x02], { heartRate: 61, intervals: [640] }],
    ['half an RR at the end', [0x10, 60, 0x00, 0x04, 0x9a], { heartRate: 60, intervals: [1024] }],
    ['nothing', [], undefined],
    ['a rate cut in two', [0x01, 0x2c], undefined],
    ['flagged energy that is not there', [0x08, 60], undefined]
  ])('%s', (_what, given, expected) => {
    expect(readHeartRate(bytes(...given))).toEqual(expected)
  })
})

describe('ECG stream of Polar devices', () => {
  const head = [0, 0x00, 0xca, 0x9a, 0x3b, 0, 0, 0, 0, 0]
  test('reads time and 24-bit samples, negative ones too', () => {
    expect(readPmdEcg(bytes(...head, 0x01, 0, 0, 0xff, 0xff, 0xff, 0x00, 0x00, 0x80, 0xff, 0xff, 0x7f))).toEqual({
      lastSampleNs: 1_000_000_000n,
      microvolts: Int32Array.of(1, -1, -8_388_608, 8_388_607)
    })
  })
  test.each<[string, number[]]>([
    ['another measurement', [2, ...head.slice(1), 1, 0, 0]],
    ['another frame type', [...head.slice(0, 9), 1, 1, 0, 0]],
    ['half a sample', [...head, 1, 0]],
    ['no sample', head]
  ])('does not read %s', (_what, given) => {
    expect(readPmdEcg(bytes(...given))).toBeUndefined()
  })
  test('asks for 130 Hz at 14 bit', () => {
    expect([...START_ECG]).toEqual([2, 0, 0, 1, 130, 0, 1, 1, 14, 0])
  })
  test('counts samples that were lost between two notifications, and takes jitter for none', () => {
    const now = (seconds: number) => ({ lastSampleNs: BigInt(Math.round(seconds * 1e9)), microvolts: { length: 73 } })
    expect(lostBetween(undefined, now(5))).toBe(0)
    expect(lostBetween(1_000_000_000n, now(1 + 73 / 130))).toBe(0)
    expect(lostBetween(1_000_000_000n, now(1 + 80 / 130))).toBe(0)
    expect(lostBetween(1_000_000_000n, now(1 + 146 / 130))).toBe(73)
  })
})

describe('a characteristic laid out as somebody says', () => {
  test.each<[string, number[], number, number[]]>([
    ['int16le', [9, 0xff, 0xff, 0x02, 0x00], 1, [-0.5, 1]],
    ['int16be', [0xff, 0xfe], 0, [-1]],
    ['int24le', [0xff, 0xff, 0xff, 0x00, 0x00, 0x80], 0, [-0.5, -4_194_304]],
    ['int32le', [0xfe, 0xff, 0xff, 0xff], 0, [-1]],
    ['float32le', [0, 0, 0x80, 0x3f], 0, [0.5]]
  ])('%s', (format, given, skip, expected) => {
    expect([...readGenericEcg(bytes(...given), { format, skip, unitUv: 0.5 })!]).toEqual(expected)
  })
  test('bytes that do not fit, and formats that are none', () => {
    expect(readGenericEcg(bytes(1, 2, 3), { format: 'int16le', skip: 0, unitUv: 1 })).toBeUndefined()
    expect(readGenericEcg(bytes(1, 2), { format: 'constructor', skip: 0, unitUv: 1 })).toBeUndefined()
    expect(readGenericEcg(bytes(1, 2), { format: 'int16le', skip: 2, unitUv: 1 })).toBeUndefined()
  })
  test('UUIDs, short and long', () => {
    expect(readUuid(' 180D ')).toBe(0x180d)
    expect(readUuid('0x0000180d')).toBe(0x180d)
    expect(readUuid('FB005C80-02E7-F387-1CAD-8ACD2D8DF0C8')).toBe('fb005c80-02e7-f387-1cad-8acd2d8df0c8')
    for (const text of ['', '18', '180d0', 'fb005c80-02e7-f387-1cad', 'x'.repeat(36)])
      expect(readUuid(text)).toBeUndefined()
  })
})

describe('files', () => {
  test('a table with a rate above it, an empty cell missing', () => {
    expect(readCsv('# rateHz: 250\nI [mV],II [mV]\n0.5,1\n,2\n-0.001,3\n')).toEqual({
      rateHz: 250,
      microvolts: Float64Array.of(500, Number.NaN, -1)
    })
  })
  test.each([
    ['time [s],I [uV]\n0,1\n0.004,2\n0.008,3', 250],
    ['t [ms];Lead I (mV)\n0;1\n2;2\n4;3', 500]
  ])('a rate from the times: %s', (text, rateHz) => {
    expect(readCsv(text).rateHz).toBe(rateHz)
  })
  test.each([
    ['II [mV]\n1', 'names no column'],
    ['# rateHz: 250\nI\n1', 'names no column'],
    ['# rateHz: 250\nI [kg]\n1', 'unit of Lead I'],
    ['I [mV]\n1\n2', 'says the rate']
  ])('refuses %j in words', (text, words) => {
    expect(() => readCsv(text)).toThrow(words)
  })
  test('a record in format 16, with gain, baseline and a missing sample', () => {
    const data = Int16Array.of(100, 7, 300, 7, -32_768, 7)
    expect(
      readWfdb('r 2 500 3\nr.dat 16 200(100)/mV 16 0 0 0 0 I\nr.dat 16 200/mV 16 0 0 0 0 II\n', data.buffer)
    ).toEqual({
      rateHz: 500,
      microvolts: Float64Array.of(0, 1000, Number.NaN)
    })
  })
  test('a record in format 212, whose two samples share a byte', () => {
    // signal(5): 0x7ff and -1 as ff 0f+f0 ff.
    const data = Uint8Array.of(0xff, 0xf7, 0xff).buffer
    expect([...readWfdb('r 1 360\nr.dat 212 200 11 0 0 0 0 I', data).microvolts]).toEqual([10_235, -5])
  })
  test.each([
    ['r/2 1 360\nr.dat 16 200 11 0 0 0 0 I', 'several segments'],
    ['r 1 360\nr.dat 16 200 11 0 0 0 0 V1', 'names no signal'],
    ['r 1 360\nr.dat 80 200 8 0 0 0 0 I', 'format 80']
  ])('refuses %j in words', (header, words) => {
    expect(() => readWfdb(header, new ArrayBuffer(8))).toThrow(words)
  })
  dataTest('reads Lead I of LUDB as the server does', async () => {
    const [header, data] = [
      readFileSync(dataPath('ecg', 'ludb', 'data', '1.hea'), 'utf8'),
      readFileSync(dataPath('ecg', 'ludb', 'data', '1.dat'))
    ]
    const { waveform } = readServerSide(header, data)
    const own = readWfdb(header, Uint8Array.from(data).buffer)
    const lead = waveform.leads.findIndex(({ mdc }) => mdc === 1)
    expect(own.rateHz).toBe(waveform.rateHz)
    expect(own.microvolts).toHaveLength(waveform.samples[lead]!.length)
    const worst = own.microvolts.reduce(
      (most, uv, i) => Math.max(most, Math.abs(uv / 1000 - waveform.samples[lead]![i]!)),
      0
    )
    expect(worst).toBeLessThan(1e-9)
  })
})
