import { type BenchResult, bench, runBench } from '../../server/cli/bench.ts'
import { UsageError } from '../../server/cli/command.ts'

/** Rows that stay (design section 8), with their units; the issue names the fsync4ms and recorded ones. */
const ROWS = {
  'oru.durable.perSecond': '1/s',
  'oru.recorded.perSecond': '1/s',
  'fhir.tx2.durable.perSecond': '1/s',
  'fhir.tx2.perFsync': '1',
  'fhir.tx2.durable.perSecond.fsync4ms': '1/s',
  'fhir.tx2.perFsync.fsync4ms': '1',
  'dicom.receive.perSecond': '1/s',
  'ecg.path.perSecond': '1/s',
  'alert.latency.p50Ms': 'ms',
  'alert.latency.p99Ms': 'ms',
  'fhir.search.perSecond': '1/s',
  'fhir.search.p99Ms': 'ms',
  'ecg.inference.perSecond': '1/s',
  'loop.delay.inference.p99Ms': 'ms',
  'rss.growth.ratio': '1'
}

describe('bench path, in its shortest form', () => {
  let result: BenchResult
  // The bench itself refuses to give a figure when a message was not acknowledged, stored, answered or alerted once.
  beforeAll(async () => {
    result = await runBench('path', { seconds: 0.2, say: () => {} })
  }, 180_000)

  test('gives the object of design section 7, with the load that others put on the machine', () => {
    expect(result).toEqual({
      bench: 'path',
      machine: {
        cpu: expect.any(String),
        cores: expect.any(Number),
        node: process.version,
        fsyncPerSecond: expect.any(Number),
        load: [expect.any(Number), expect.any(Number), expect.any(Number)]
      },
      rows: expect.any(Array)
    })
    expect(result.machine.fsyncPerSecond).toBeGreaterThan(0)
  })

  test('has every row that stays, once, with its unit and a figure above zero', () => {
    expect(Object.fromEntries(result.rows.map(({ name, unit }) => [name, unit]))).toEqual(ROWS)
    expect(result.rows).toHaveLength(Object.keys(ROWS).length)
    expect(result.rows.filter(({ value }) => !(value > 0))).toEqual([])
  })

  test('holds the pool against ONNX Runtime of the same run', () => {
    const row = result.rows.find(({ name }) => name === 'ecg.inference.perSecond')
    expect(row).toMatchObject({ peer: { name: 'onnxruntime, same threads', value: expect.any(Number) }, target: 0.8 })
    expect(row!.peer!.value).toBeGreaterThan(0)
    expect(row!.ratio).toBeGreaterThan(0)
  })
})

test.each([
  ['an unknown bench', ['nothing-like-it']],
  ['an unknown group', ['path', '--only', 'nothing']],
  ['no time to measure', ['path', '--seconds', '0']],
  ['two names', ['path', 'path']]
])('refuses %s as bad usage', async (_what, args) => {
  await expect(bench.run(args)).rejects.toThrow(UsageError)
})
