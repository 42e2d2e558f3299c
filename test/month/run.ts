import { liveMonth, type Planted } from './hospital.ts'
import { FATES } from './play.ts'

/**
 * `node test/month/run.ts [none|drift|gap|both] [stays] [days] [seed]`: one month of the simulated hospital, and what the closed
 * loop says of it.
 */
const [planted = 'none', stays = '640', days = '30', seed = '2026'] = process.argv.slice(2)
if (!(planted in FATES)) throw new Error(`one of ${Object.keys(FATES).join(', ')}`)
const month = await liveMonth({
  planted: planted as Planted,
  stays: Number(stays),
  days: Number(days),
  seed: Number(seed),
  onProgress: (day) => process.stderr.write(`\rday ${day}`)
})
process.stdout.write(`${JSON.stringify(month, undefined, 2)}\n`)
