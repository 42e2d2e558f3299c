import { type Engine, tornRun } from './torn-run.ts'

/**
 * Torn last pages: a writer is killed, and its image recovered under random damage behind what was acknowledged:
 * node test/chaos/torn.ts [--images 20] [--trials 50] [--seed N]
 */
const args = process.argv.slice(2)
const number = (name: string, fallback: number): number =>
  args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback
const seed = number('--seed', Date.now() % 100_000)
const options = { images: number('--images', 10), trials: number('--trials', 50), seed }
console.log(`seed ${seed}`)
for (const engine of ['bus', 'store'] satisfies Engine[]) {
  const { trials, lost, corrupt, twice, slowestMs } = await tornRun({ ...options, engine })
  console.log(`${engine}: ${Object.values(trials).reduce((sum, n) => sum + n, 0)} recoveries ${JSON.stringify(trials)}`)
  console.log(
    `  acknowledged but lost ${lost.length}, corrupt ${corrupt.length}, twice ${twice.length}, slowest ${Math.round(slowestMs)} ms`
  )
  for (const line of [...lost, ...corrupt, ...twice].slice(0, 10)) console.log('   ', line)
  if (lost.length + corrupt.length + twice.length > 0) process.exitCode = 1
}
