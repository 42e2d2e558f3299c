import { type EdfSource, streamSignal } from './stream.ts'
import { decodeEdf, recordingOf } from './testing/decode.ts'
import { encodeRaw, recordList } from './testing/encode-edf.ts'
import { FIXTURES } from './testing/samples.ts'

interface Watched extends EdfSource {
  mostAtOnce: number
}

const sourceOf = (bytes: Uint8Array): Watched => ({
  size: bytes.length,
  mostAtOnce: 0,
  async range(from, to) {
    this.mostAtOnce = Math.max(this.mostAtOnce, to - from)
    return bytes.subarray(from, to)
  }
})

async function collect(chunks: AsyncIterable<Float64Array>): Promise<Float64Array> {
  const values: number[] = []
  for await (const chunk of chunks) values.push(...chunk)
  return Float64Array.from(values)
}

test.each(['continuous.edf', 'discontinuous.edf', '24-bit.bdf', 'legacy.edf'])(
  '%s gives the samples of the whole reader',
  async (name) => {
    const bytes = FIXTURES.get(name)!
    const [waveform] = recordingOf(decodeEdf(bytes)).waveforms
    for (const chunkBytes of [1, 1200, 1 << 20]) {
      const stream = await streamSignal(sourceOf(bytes), { chunkBytes })
      expect(stream.lead).toEqual(waveform!.leads[0])
      expect(stream.rateHz).toBe(waveform!.rateHz)
      expect(await collect(stream.chunks())).toEqual(waveform!.samples[0])
    }
  }
)

test('any signal can be chosen', async () => {
  const stream = await streamSignal(sourceOf(FIXTURES.get('continuous.edf')!), {
    choose: ({ signals }) => signals.findIndex(({ label }) => label === 'SaO2')
  })
  expect([stream.lead.unit, stream.rateHz, stream.length]).toEqual(['%', 2, 8])
})

test('no more is asked for at once than a chunk', async () => {
  const bytes = encodeRaw({ signals: [{ label: 'ECG', samplesPerRecord: 250, value: (n) => n % 100 }], records: 400 })
  const source = sourceOf(bytes)
  const stream = await streamSignal(source, { chunkBytes: 5000 })
  let samples = 0
  let largest = 0
  for await (const chunk of stream.chunks()) {
    samples += chunk.length
    largest = Math.max(largest, chunk.length)
  }
  expect([samples, largest]).toEqual([100_000, 2500])
  expect(source.mostAtOnce).toBe(5000)
})

test('hours of one lead are read in pieces of some minutes', async () => {
  const records = 14_400
  const head = encodeRaw({
    signals: [{ label: 'ECG II', samplesPerRecord: 250 }],
    records: 0,
    announcedRecords: String(records),
    reserved: ''
  })
  // The data are made where they are asked for, so that this test holds no hours either: sample n is n modulo 1000.
  const source: EdfSource = {
    size: head.length + records * 500,
    async range(from, to) {
      if (to <= head.length) return head.subarray(from, to)
      const first = (from - head.length) / 2
      const piece = new Int16Array((to - from) / 2)
      for (let n = 0; n < piece.length; n++) piece[n] = (first + n) % 1000
      return Buffer.from(piece.buffer)
    }
  }
  const stream = await streamSignal(source)
  let samples = 0
  let largest = 0
  let wrong = 0
  for await (const chunk of stream.chunks()) {
    // 0.1 uV a bit.
    if (Math.abs(chunk[0]! - ((samples % 1000) * 0.1) / 1000) > 1e-9) wrong++
    samples += chunk.length
    largest = Math.max(largest, chunk.length)
  }
  expect([stream.length, samples, wrong]).toEqual([3_600_000, 3_600_000, 0])
  expect(largest).toBeLessThanOrEqual(2 ** 19)
})

test.each([
  ['WAVEFORM_INCONSISTENT', 'no-waveform', encodeRaw({ signals: [], records: 1, annotations: [recordList(0)] })],
  [
    'WAVEFORM_INCONSISTENT',
    'record-order',
    encodeRaw({
      signals: [{ label: 'ECG', samplesPerRecord: 5 }],
      records: 2,
      annotations: [recordList(0), recordList(99_999_999)]
    })
  ],
  ['DECODE_FAILED', 'truncated', FIXTURES.get('legacy.edf')!.subarray(0, -1)]
])('refuses with %s (%s)', async (code, reason, bytes) => {
  const work = async () => {
    const { chunks } = await streamSignal(sourceOf(bytes))
    await collect(chunks())
  }
  await expect(work()).rejects.toEqual(expect.objectContaining({ code, reason }))
})
