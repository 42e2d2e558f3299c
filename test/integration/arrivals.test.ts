import { seeded } from '../../server/demo/simulate/random.ts'
import { permutations, playArrivals, STEPS } from './support/arrivals.ts'

/**
 * Rules section 4: no order between feeds matters. A seeded sample; all 720 orders, also racing and with strict patients:
 * `node test/proof/arrivals.ts`.
 */
const SEED = Date.now() % 100_000
const sample = (n: number) => {
  const uniform = seeded(SEED)
  const all = permutations(STEPS)
  return Array.from({ length: n }, () => all[Math.floor(uniform() * all.length)]!)
}

test.each([
  ['each message processed before the next', { racing: false, named: false }, 8],
  [
    'all six at once, every message with birth date, unconfirmed patients may not alert',
    { racing: true, named: true, config: { alerts: { provisionalPatients: false } } },
    8
  ]
])(
  `leads to one final state in every order of arrival, seed ${SEED}: %s`,
  async (_, options, n) => {
    const { states } = await playArrivals(sample(n), { ...options, seed: SEED })
    expect(states.slice(1).map(({ orders }) => orders)).toEqual([])
    const state = states[0]!.state.map((line) => JSON.parse(line) as { resourceType: string; status?: string })
    const of = (type: string) => state.filter(({ resourceType }) => resourceType === type).map(({ status }) => status)
    expect(of('RiskAssessment')).toEqual(['preliminary', 'preliminary'])
    expect(of('Task')).toEqual(['requested'])
    expect(of('ServiceRequest')).toEqual(['completed'])
  },
  180_000
)
