import { readFileSync } from 'node:fs'
import { readRecord } from './record.ts'
import { type RecordSource, streamSignal } from './stream.ts'

const url = new URL('fixtures/signal-formats/records.json', import.meta.url)
const { files, expected } = JSON.parse(readFileSync(url, 'utf8')) as {
  files: Record<string, string>
  expected: Record<string, unknown>
}
const file = (name: string): Buffer => Buffer.from(files[name]!, 'base64')
const source: RecordSource = {
  text: async (name) => file(name).toString('utf8'),
  range: async (name, from, to) => file(name).subarray(from, to)
}

async function streamed(name: string, index: number, chunkFrames: number): Promise<number[]> {
  const header = file(`${name}.hea`).toString('utf8')
  const { chunks, length } = await streamSignal(header, source, { choose: () => index, chunkFrames })
  const out: number[] = []
  for await (const chunk of chunks()) out.push(...chunk)
  expect(out).toHaveLength(length)
  return out
}

test.each(Object.keys(expected))(
  'streams every signal of %s as it is read whole, in chunks of any size',
  async (name) => {
    const { signals } = readRecord(file(`${name}.hea`).toString('utf8'), file)
    for (const [index, { samples }] of signals.entries()) {
      for (const chunkFrames of [1, 2, 3, 5, 100]) {
        expect(await streamed(name, index, chunkFrames)).toEqual([...samples])
      }
    }
  }
)

test('a day of one lead never asks for more than a chunk', async () => {
  const hours = 24
  const frames = hours * 3600 * 250
  const header = `day 2 250 ${frames}\nday.dat 212 200 12 0 0 0 0 II\nday.dat 212 200 12 0 0 0 0 V1\n`
  let largest = 0
  const day: RecordSource = {
    text: async () => '',
    async range(_name, from, to) {
      largest = Math.max(largest, to - from)
      return new Uint8Array(Math.max(0, Math.min(to, frames * 3) - from))
    }
  }
  const { chunks, rateHz, lead } = await streamSignal(header, day, { choose: ({ signals }) => signals.length - 1 })
  let samples = 0
  for await (const chunk of chunks()) samples += chunk.length
  expect({ samples, rateHz, lead: lead.name }).toEqual({ samples: frames, rateHz: 250, lead: 'V1' })
  expect(largest).toBeLessThan(128 * 1024)
})

test('refuses a file that ends before its header says', async () => {
  const short: RecordSource = { ...source, range: async (_name, from) => new Uint8Array(from === 0 ? 8 : 0) }
  const { chunks } = await streamSignal('a 1 250 9\na.dat 16 200 16 0 0 0 0 II\n', short)
  await expect(
    (async () => {
      for await (const chunk of chunks()) expect(chunk.length).toBeGreaterThan(0)
    })()
  ).rejects.toMatchObject({ code: 'DECODE_FAILED', reason: 'truncated' })
})
