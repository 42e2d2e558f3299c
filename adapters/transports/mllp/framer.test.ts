import { createFramer, encodeFrame, type Framed } from './framer.ts'

const VT = 0x0b
const FS = 0x1c
const CR = 0x0d
const text = (framed: Framed[]): string[] =>
  framed.map((one) =>
    one.kind === 'frame' ? Buffer.from(one.bytes).toString('latin1') : `${one.error.code} ${one.error.reason}`
  )
const bytes = (...parts: (number | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'latin1'))))

/** 50 messages of different lengths, with line ends and letters above 0x7F in them, and an empty one. */
const MESSAGES = Array.from({ length: 50 }, (_, i) =>
  Buffer.from(
    i === 17 ? '' : `MSH|^~\\&|A|B|C|D|E||ADT^A0${i % 9}|M${i}|P|2.5\r${'PID|\u00fc\r'.repeat(i % 5)}`,
    'latin1'
  )
)

test('finds every block at every split offset, 1 to 20 blocks pipelined, over 50 messages', () => {
  let splits = 0
  for (let pipelined = 1; pipelined <= 20; pipelined++) {
    for (let first = 0; first < MESSAGES.length; first += pipelined) {
      const group = MESSAGES.slice(first, first + pipelined)
      const stream = Buffer.concat(group.map(encodeFrame))
      for (let at = 0; at <= stream.length; at++) {
        const framer = createFramer()
        const got = [...framer.push(stream.subarray(0, at)), ...framer.push(stream.subarray(at))]
        splits++
        // Compared by hand: an `expect` for each of some 10^5 splits would take minutes.
        const isEqual =
          got.length === group.length &&
          got.every((one, i) => one.kind === 'frame' && group[i]!.equals(one.bytes)) &&
          framer.junkBytes === 0 &&
          !framer.isInside
        if (!isEqual) throw new Error(`lost at offset ${at}, ${pipelined} pipelined, from message ${first}`)
      }
    }
  }
  // 20 pipelinings x (all bytes of 50 blocks + one more split for each group).
  const total = MESSAGES.reduce((sum, message) => sum + message.length + 3, 0)
  const groups = Array.from({ length: 20 }, (_, i) => Math.ceil(50 / (i + 1))).reduce((sum, n) => sum + n, 0)
  expect(splits).toBe(20 * total + groups)
})

test('finds all blocks byte by byte', () => {
  const framer = createFramer()
  const got = [...Buffer.concat(MESSAGES.map(encodeFrame))].flatMap((byte) => framer.push(Uint8Array.of(byte)))
  expect(text(got)).toEqual(MESSAGES.map((message) => message.toString('latin1')))
})

test.each([
  ['junk before a block', ['junk\r\n', VT, 'A', FS, CR], ['A'], 6],
  ['line ends between blocks', [VT, 'A', FS, CR, '\r\n', VT, 'B', FS, CR], ['A', 'B'], 2],
  ['a block end without block', [FS, CR, VT, 'A', FS, CR], ['A'], 2],
  ['VT inside', [VT, 'A', VT, 'B', FS, CR], ['MLLP_FRAME_BROKEN start-inside', 'B'], 0],
  ['FS without CR', [VT, 'A', FS, 'x', VT, 'B', FS, CR], ['MLLP_FRAME_BROKEN end-without-cr', 'B'], 1],
  ['VT right behind FS', [VT, 'A', FS, VT, 'B', FS, CR], ['MLLP_FRAME_BROKEN end-without-cr', 'B'], 0],
  ['two FS', [VT, 'A', FS, FS, CR, VT, 'B', FS, CR], ['MLLP_FRAME_BROKEN end-without-cr', 'B'], 2],
  ['CR and LF inside', [VT, 'A\rB\nC', FS, CR], ['A\rB\nC'], 0],
  ['an empty block', [VT, FS, CR], [''], 0],
  ['a block too large', [VT, 'x'.repeat(65), FS, CR, VT, 'B', FS, CR], ['MLLP_FRAME_TOO_LARGE size-limit', 'B'], 2],
  ['a block of exactly the limit', [VT, 'x'.repeat(64), FS, CR], ['x'.repeat(64)], 0]
])('resynchronises after %s, at every split', (_, parts, expected, junk) => {
  const stream = bytes(...(parts as (number | string)[]))
  for (let at = 0; at <= stream.length; at++) {
    const framer = createFramer({ maxFrameBytes: 64 })
    const got = text([...framer.push(stream.subarray(0, at)), ...framer.push(stream.subarray(at))])
    // How much of a large block counts as junk depends on where it was cut off.
    const isLarge = expected.some((one) => one.startsWith('MLLP_FRAME_TOO_LARGE'))
    expect([at, got, isLarge ? junk : framer.junkBytes]).toEqual([at, expected, junk])
  }
})

test('gives the head of a lost block, so that it can be answered', () => {
  const [lost] = createFramer({ maxFrameBytes: 100_000 }).push(bytes(VT, 'MSH|head', 'x'.repeat(200_000)))
  expect(lost?.kind).toBe('error')
  const head = lost?.kind === 'error' ? Buffer.from(lost.head) : Buffer.alloc(0)
  expect([head.toString('latin1', 0, 8), head.length]).toEqual(['MSH|head', 4096])
})

test('a block that never ends costs no more than the limit', () => {
  const framer = createFramer({ maxFrameBytes: 1024 * 1024 })
  const chunk = Buffer.alloc(64 * 1024, 0x41)
  framer.push(Buffer.of(VT))
  const before = process.memoryUsage().arrayBuffers
  const errors = Array.from({ length: 1600 }, () => framer.push(chunk)).flat()
  // 100 MiB came by; one error, the rest is junk that is counted and dropped.
  expect(text(errors)).toEqual(['MLLP_FRAME_TOO_LARGE size-limit'])
  expect(framer.junkBytes).toBeGreaterThan(98 * 1024 * 1024)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024)
})

test('many small blocks in one chunk stay linear', () => {
  const stream = Buffer.concat(Array.from({ length: 50_000 }, () => encodeFrame(Buffer.from('MSH|x\r'))))
  const started = performance.now()
  expect(createFramer().push(stream).length).toBe(50_000)
  expect(performance.now() - started).toBeLessThan(2000)
})

test('does not hold on to the chunk it was given', () => {
  const framer = createFramer()
  const chunk = encodeFrame(Buffer.from('ABC'))
  const got = framer.push(chunk)
  chunk.fill(0)
  expect(text(got)).toEqual(['ABC'])
})
