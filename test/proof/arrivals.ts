import { differences, permutations, playArrivals, STEPS } from '../integration/support/arrivals.ts'

/**
 * All 720 orders of arrival of {ADT, order, potassium, ECG, correction, A40} (rules section 4), each with a person of its
 * own through the real MLLP socket: node test/proof/arrivals.ts [--racing] [--named] [--strict-patients] [--seed N] [--some N]
 */
const args = process.argv.slice(2)
const number = (name: string, fallback: number) =>
  args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback
const seed = number('--seed', Date.now() % 100_000)
const all = permutations(STEPS)
const some = number('--some', all.length)
const orders = all.filter((_, i) => i % Math.ceil(all.length / some) === 0)
const began = performance.now()
const run = await playArrivals(orders, {
  racing: args.includes('--racing'),
  seed,
  named: args.includes('--named'),
  ...(args.includes('--strict-patients') ? { config: { alerts: { provisionalPatients: false } } } : {})
})
console.log(
  `seed ${seed}: ${run.permutations} arrival orders, ${run.states.length} distinct final state(s), ${((performance.now() - began) / 1000).toFixed(1)} s`
)
for (const [i, { state, orders }] of run.states.entries()) {
  console.log(`state ${i}: ${orders.length} orders, e.g. ${orders.slice(0, 3).join(' | ')}`)
  if (i === 0) {
    if (args.includes('--print')) for (const line of state) console.log('   ', line)
    continue
  }
  if (i > 6) continue
  for (const line of differences(run.states[0]!.state, state)) console.log('   ', line.slice(0, 400))
}
process.exitCode = run.states.length === 1 ? 0 : 1
