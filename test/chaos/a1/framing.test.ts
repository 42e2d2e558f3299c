import { createFramer, encodeFrame } from '../../../adapters/transports/mllp/framer.ts'
import { oneBlockAChunk } from './framing.vulnerable.ts'
import { seenFailing } from './seen-failing.ts'

type Make = (options: { maxFrameBytes: number }) => {
  push(chunk: Uint8Array): ({ kind: 'frame'; bytes: Uint8Array } | { kind: 'error' })[]
}
const both: { ours: Make; weak: Make } = { ours: createFramer, weak: oneBlockAChunk }
const MAX = 64 * 1024

/** A1-8; through sockets, with the log beneath: adapters/transports/mllp, test/proof/splits.ts. */
seenFailing('1 to 50 blocks in one write, cut anywhere, give as many blocks in order', both, (make) => {
  for (const count of [1, 2, 7, 50]) {
    const texts = Array.from({ length: count }, (_, n) => `MSH|${n}`)
    const stream = Buffer.concat(texts.map((text) => Buffer.from(encodeFrame(Buffer.from(text)))))
    for (let cut = 0; cut <= stream.length; cut++) {
      const framer = make({ maxFrameBytes: MAX })
      const framed = [...framer.push(stream.subarray(0, cut)), ...framer.push(stream.subarray(cut))]
      expect(framed.map((one) => (one.kind === 'frame' ? Buffer.from(one.bytes).toString() : one.kind))).toEqual(texts)
    }
  }
})

/** A1-9 */
seenFailing('a block that never ends is an error at the limit, not a growing memory', both, (make) => {
  const framer = make({ maxFrameBytes: MAX })
  framer.push(Buffer.from([0x0b]))
  const kinds: string[] = []
  for (let i = 0; i < 8; i++) kinds.push(...framer.push(Buffer.alloc(16 * 1024, 0x41)).map(({ kind }) => kind))
  expect(kinds).toEqual(['error'])
})

seenFailing('what follows garbage, an FS without CR or a second VT is found again', both, (make) => {
  for (const garbage of ['noise', '\x0bhalf\x1cX', '\x0bfirst\x0b']) {
    const framer = make({ maxFrameBytes: MAX })
    const framed = framer.push(
      Buffer.concat([
        Buffer.from(garbage),
        Buffer.from(encodeFrame(Buffer.from('MSH|1'))),
        Buffer.from(encodeFrame(Buffer.from('MSH|2')))
      ])
    )
    const texts = framed.flatMap((one) => (one.kind === 'frame' ? [Buffer.from(one.bytes).toString()] : []))
    expect(texts.at(-1)).toBe('MSH|2')
    expect(texts.at(-2)?.replace('first', '')).toBe('MSH|1')
  }
})
