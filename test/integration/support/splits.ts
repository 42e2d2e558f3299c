import { connect } from 'node:net'
import { parseMessage } from '../../../adapters/hl7v2/parse.ts'
import { createFramer, encodeFrame } from '../../../adapters/transports/mllp/framer.ts'
import type { World } from '../../support/world.ts'
import { minutes, potassium } from './hospital.ts'

/** Twenty results of one patient, framed, in one piece; the token makes the control ids of a round their own. */
export function blockOf(token: string, count = 20): { bytes: Buffer; ids: string[] } {
  const at = new Date('2026-03-01T12:00:00Z')
  const ids = Array.from({ length: count }, (_, i) => `${token}N${String(i).padStart(2, '0')}`)
  const frames = ids.map((controlId, i) =>
    encodeFrame(
      potassium({ controlId, at: minutes(at, i), filler: 'S1', value: `4.${i % 10}`, collectedAt: at, mrn: 'SPLIT' })
    )
  )
  return { bytes: Buffer.concat(frames.map((frame) => Buffer.from(frame))), ids }
}

/** Sends the block in two writes cut at `offset`; control ids of the acknowledgements in the order they came. */
export async function sendCut(address: string, bytes: Buffer, offset: number, count: number): Promise<string[]> {
  const { hostname: host, port } = new URL(address.replace('mllp:', 'http:'))
  const socket = connect({ host, port: Number(port), noDelay: true })
  const framer = createFramer()
  const answered: string[] = []
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${answered.length} of ${count} answered, cut at ${offset}`)),
      30_000
    )
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      for (const framed of framer.push(chunk)) {
        if (framed.kind !== 'frame') continue
        const msa = parseMessage(framed.bytes).first('MSA')!
        answered.push(msa.get(1) === 'AA' ? msa.get(2) : `${msa.get(1)} ${msa.get(2)}`)
      }
      if (answered.length < count) return
      clearTimeout(timer)
      resolve()
    })
    socket.once('connect', () => {
      socket.write(bytes.subarray(0, offset), () => setImmediate(() => socket.write(bytes.subarray(offset))))
    })
  })
  socket.destroy()
  return answered
}

/** Control ids as they lie in the durable log, in its order, read by a consumer group of its own. */
export async function loggedIds(world: World, group: string, atLeast: number): Promise<string[]> {
  const ids: string[] = []
  const subscription = await world.app.bus.subscribe('inbound.hl7v2', group, async ({ value }) => {
    ids.push(/\|([A-Z0-9]+N\d\d)\|P\|/.exec(Buffer.from(value).toString('latin1'))?.[1] ?? '?')
  })
  await world.until('the log is read', () => ids.length >= atLeast, 120_000)
  await subscription.stop()
  return ids
}

export interface SplitReport {
  offsets: number
  /** Cuts at which an acknowledgement or a record was missing, doubled or out of order. */
  unanswered: number[]
  lost: string[]
  outOfOrder: string[]
}

export async function runSplits(
  world: World,
  offsets: (length: number) => number[],
  feed = 'hl7'
): Promise<SplitReport> {
  const chosen = offsets(blockOf('P000000').bytes.length)
  const unanswered: number[] = []
  const expected = new Map<string, string[]>()
  const one = async (offset: number): Promise<void> => {
    const token = `P${String(offset).padStart(6, '0')}`
    const { bytes, ids } = blockOf(token)
    expected.set(token, ids)
    const answered = await sendCut(world.address(feed), bytes, offset, ids.length)
    if (answered.join() !== ids.join()) unanswered.push(offset)
  }
  // A few connections side by side: each block has its own, and the order within it is what counts.
  const queue = [...chosen]
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let offset = queue.shift(); offset !== undefined; offset = queue.shift()) await one(offset)
    })
  )
  const logged = await loggedIds(world, 'splits', chosen.length * 20)
  const lost: string[] = []
  const outOfOrder: string[] = []
  const byToken = Map.groupBy(logged, (id) => id.replace(/N\d\d$/, ''))
  for (const [token, ids] of expected) {
    const there = byToken.get(token) ?? []
    for (const id of ids) if (!there.includes(id)) lost.push(id)
    if (there.join() !== ids.join()) outOfOrder.push(token)
  }
  return { offsets: chosen.length, unanswered, lost, outOfOrder }
}
