import type { Patient } from '@medplum/fhirtypes'
import { authoritySystem } from '../../../fhir-profiles/index.ts'
import { inputFrom } from '../../../inference/modules/pocket-k/recording.ts'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'
import { buildWorld, pocketK, type World } from '../../support/world.ts'
import { check } from '../support/check.ts'
import { type LivePerson, RATE_HZ, type StripTimes } from '../support/live.ts'
import { startLoad } from '../support/load.ts'
import { quantile } from '../support/quantile.ts'

/** What the issue asks of a Pocket-K result, from the last sample on. */
const TARGET_MS = 250
const WARM_UP = 5
/** Two strips each. */
const PEOPLE_A_SECOND = 10

/**
 * From the last sample of a strip, written to a WebSocket, to the message with the module's result on it: ring, durable append, decode,
 * record, relay, inference, commit, with ECGomics running on the same strip. Beside it, as floor, the same run of the same module
 * through the same worker pool and nothing else.
 */
export async function streamLatencyRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const live = { name: 'live', transport: 'websocket-ecg', options: { maxSpeed: 100, windowSeconds: 30 } }
  const world = await buildWorld({
    config: {
      feeds: [{ ...live, defaultAuthority: 'HOSP', zone: 'UTC', codeMap: {} }],
      modules: { ...(await pocketK('advisory')), ecgomics: { mode: 'shadow', policy: {} } }
    }
  })
  const load = startLoad('live-devices')
  try {
    const people = await knownPeople(world, WARM_UP + Math.max(1, Math.round(PEOPLE_A_SECOND * seconds)))
    await load.call('strips', { http: world.http, people: people.slice(0, WARM_UP) })
    const times = await load.call<StripTimes[]>('strips', { http: world.http, people: people.slice(WARM_UP) })
    check('strips answered', times.length, 2 * (people.length - WARM_UP))
    const rows: BenchRow[] = []
    for (const length of [10, 30]) {
      const own = times.filter((one) => one.seconds === length)
      const floor = await floorMs(world, length, own.length)
      for (const module of ['pocket-k', 'ecgomics'] as const) {
        const ms = own.map((one) => one[module])
        const isTarget = module === 'pocket-k'
        const row = (share: string, at: number): BenchRow => ({
          name: `stream.${module}.${length}s.${share}Ms`,
          value: quantile(ms, at),
          unit: 'ms',
          ...(isTarget && share === 'p99' ? { target: TARGET_MS } : {})
        })
        rows.push(row('p50', 0.5), row('p99', 0.99))
      }
      say(
        `${own.length} strips of ${length} s: durable p50 ${quantile(
          own.map(({ accepted }) => accepted),
          0.5
        ).toFixed(
          1
        )} ms; the run alone p50 ${quantile(floor, 0.5).toFixed(1)} ms, p99 ${quantile(floor, 0.99).toFixed(1)} ms`
      )
    }
    return rows
  } finally {
    load.stop()
    await world.stop()
  }
}

async function knownPeople(world: World, count: number): Promise<LivePerson[]> {
  const people = Array.from({ length: count }, (_, i) => ({
    mrn: `LIVE${i}`,
    family: 'Bench',
    birthDate: '1948-05-04'
  }))
  const patients = people.map(({ mrn, family, birthDate }): Patient & { id: string } => ({
    resourceType: 'Patient',
    id: `live-${mrn.toLowerCase()}`,
    active: true,
    identifier: [{ system: authoritySystem('HOSP'), value: mrn }],
    name: [{ family, given: ['Anna'] }],
    birthDate,
    gender: 'female'
  }))
  await world.app.store.write(
    patients.map((resource) => ({ resource })),
    { kind: 'admin' }
  )
  return people
}

/** The module's run through the pool, tensors, gate and explanation included, one at a time. */
async function floorMs({ app }: World, seconds: number, runs: number): Promise<number[]> {
  const { samples, leads, ...rest } = simulateEcg({ seed: 1, seconds, rateHz: RATE_HZ })
  const input = inputFrom({
    waveform: { ...rest, samples: samples.slice(0, 1), leads: leads.slice(0, 1) },
    age: 77,
    sex: 'female'
  })
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    const began = performance.now()
    await app.runtime!.run('pocket-k', input, {})
    times.push(performance.now() - began)
  }
  return times
}
