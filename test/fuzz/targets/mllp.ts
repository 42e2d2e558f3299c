import { encodeFrame } from '../../../adapters/transports/mllp/framer.ts'
import { inPieces, mutateBytes } from '../support/bytes.ts'
import { mllpOutcome } from '../support/mllp-answers.ts'
import type { Random } from '../support/random.ts'
import { addressOf, talk } from '../support/talk.ts'
import type { Target } from '../support/target.ts'

/** A small message that is valid where nothing was changed. */
const message = (id: string): Buffer =>
  Buffer.from(
    `MSH|^~\\&|F|U|Z|Z|20260310081500+0000||ADT^A08^ADT_A01|${id}|P|2.5.1\rEVN|A08|20260310081500+0000\rPID|1||M${id.length}^^^HOSP^MR||Fuzz^Frame||19510309|F\rPV1|1|N\r`
  )

/** What stands between, inside and behind blocks. */
const JUNK: readonly ((random: Random) => Buffer)[] = [
  (random) => random.bytes(random.below(200)),
  () => Buffer.from([0x0b]),
  () => Buffer.from([0x0b, 0x0b, 0x0b]),
  () => Buffer.from([0x1c]),
  () => Buffer.from([0x1c, 0x0d]),
  () => Buffer.from([0x0b, 0x1c, 0x0d]),
  () => Buffer.from('\r\n\r\n'),
  () => Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  () => Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]),
  (random) => Buffer.alloc(random.pick([1000, 5000, 70_000]), 0x41)
]

/** MLLP framing: blocks and junk in any order, flipped, cut anywhere, hung up in the middle. */
export const mllp: Target = {
  name: 'mllp',
  lanes: 12,
  async run(server, random, number) {
    const parts: Buffer[] = []
    for (let n = random.count(6); n > 0; n--) {
      const block = encodeFrame(message(`F${number}-${n}`))
      if (random.chance(0.4)) parts.push(random.pick(JUNK)(random))
      parts.push(random.chance(0.6) ? mutateBytes(block, random) : block)
    }
    // Once in a while a block that never ends.
    if (random.chance(0.002)) parts.push(Buffer.concat([Buffer.from([0x0b]), Buffer.alloc(17 * 1024 * 1024, 0x41)]))
    const pieces = inPieces(Buffer.concat(parts), random)
    return mllpOutcome(await talk(addressOf(server.mllp), pieces, { hangUp: random.chance(0.1) }))
  }
}
