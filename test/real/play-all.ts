// Plays every LUDB and PTB-XL record through the sockets of a whole server: `env node test/real/play-all.ts [count]`.
// Exits 1 when a sample of any is further than one least significant bit from its source.
import { haveData } from '../support/data.ts'
import { buildWorld } from '../support/world.ts'
import { type EcgRecord, type EcgSet, readRecord, recordPaths } from './ecg-record.ts'
import { playEcgSet } from './play-sets.ts'

const count = process.argv[2] === undefined ? Number.POSITIVE_INFINITY : Number(process.argv[2])
if (!haveData) {
  process.stderr.write('no development data folder: set HISBUNDLE_DATA\n')
  process.exit(2)
}
const world = await buildWorld({ mode: 'shadow' })
let worst = 0
const began = performance.now()
try {
  for (const set of ['ludb', 'ptbxl'] satisfies EcgSet[]) {
    const { worstLsb } = await playEcgSet(world, set, records(set))
    worst = Math.max(worst, ...Object.values(worstLsb))
  }
} finally {
  await world.stop()
}
process.stdout.write(
  `${((performance.now() - began) / 1000).toFixed(0)} s; largest distance of any sample ${worst.toFixed(3)} LSB\n`
)
process.exitCode = worst <= 1 ? 0 : 1

/** One record at a time in memory. */
function* records(set: EcgSet): Generator<EcgRecord> {
  for (const path of recordPaths(set, count)) yield readRecord(set, path)
}
