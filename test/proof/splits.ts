import { runSplits } from '../integration/support/splits.ts'
import { buildWorld } from '../support/world.ts'

/** Every split offset of one block of 20 MLLP messages over a real socket with the durable log: node test/proof/splits.ts [--step N] */
const args = process.argv.slice(2)
const step = args.includes('--step') ? Number(args[args.indexOf('--step') + 1]) : 1
const began = performance.now()
// The log is what is looked at: the sender may run far ahead of the record step here.
const world = await buildWorld({ mode: 'off', config: { limits: { maxLag: 10_000_000 } } })
const report = await runSplits(world, (length) =>
  Array.from({ length: Math.ceil((length - 1) / step) }, (_, i) => 1 + i * step)
)
await world.stop()
const { offsets, unanswered, lost, outOfOrder } = report
console.log(
  `${offsets} split offsets x 20 messages in ${((performance.now() - began) / 1000).toFixed(0)} s: ${lost.length} lost, ${outOfOrder.length} blocks out of order in the log, ${unanswered.length} blocks answered incompletely or out of order`
)
process.exitCode = lost.length + outOfOrder.length + unanswered.length === 0 ? 0 : 1
