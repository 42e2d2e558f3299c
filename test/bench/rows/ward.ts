import type { Patient, Subscription } from '@medplum/fhirtypes'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { buildWorld, type World } from '../../support/world.ts'
import type { HttpReport } from '../load/http.ts'
import type { LabReport } from '../load/lab.ts'
import type { AlertPlay, AlertReport } from '../load/subscriber.ts'
import { check, reached } from '../support/check.ts'
import { startLoad } from '../support/load.ts'
import { person } from '../support/messages.ts'
import { quantile } from '../support/quantile.ts'
import { alertStages } from '../support/stages.ts'

const LAB_PER_SECOND = 20
const ASSOCIATIONS = 4
const SEARCH_CLIENTS = 4

/**
 * An emergency ward. ECGs with high potassium come in before anyone is registered, so that they are read but alarm nobody
 * (provisional patients); then ADT confirms the people; then the laboratory reports a haemolysed potassium for each, at 20
 * a second: each alarms and makes the model look at that ECG again, and the alert Task and the new result, which names the
 * unreliable potassium, go to the subscriber. An alert has arrived when both have.
 */
export async function wardRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const people = Math.max(2, Math.round(seconds * LAB_PER_SECOND))
  const world = await buildWorld({ config: { alerts: { provisionalPatients: false } } })
  const loads = ['modality', 'lab', 'subscriber', 'http'].map((name) => [name, startLoad(name)] as const)
  const load = Object.fromEntries(loads)
  const { hostname: host, port } = new URL(world.address('hl7').replace('mllp:', 'http:'))
  const lab = { host, port: Number(port) }
  try {
    await load.modality!.call('prepare', { people })
    const began = performance.now()
    const sent = await load.modality!.call<{ stored: number; seconds: number }>('send', {
      address: world.address('dicom'),
      associations: ASSOCIATIONS
    })
    const results = () => count(world, 'RiskAssessment')
    const ended = await reached('ECG results', results, { wanted: people, everyMs: 50 })
    check('ECG objects stored', sent.stored, people)
    say(`ward: ${people} ECG objects in ${sent.seconds.toFixed(1)} s, results after ${secondsOf(ended - began)} s`)

    const admitted = await load.lab!.call<LabReport>('admit', { ...lab, people, prefix: 'A' })
    check('admissions acknowledged', admitted.acknowledged, people)
    await settled(world)
    check('alerts before the laboratory', await count(world, 'Task'), 0)

    const { url: endpoint } = await load.subscriber!.call<{ url: string }>('listen')
    for (const criteria of ['Task?status=requested', 'RiskAssessment?method=pocket-k'])
      await subscribe(world, criteria, endpoint)
    const patients = await patientsInOrder(world, people)
    const alert = await load.subscriber!.call<AlertReport>('play', {
      ...lab,
      perSecond: LAB_PER_SECOND,
      patients,
      prefix: 'L',
      patienceMs: 60_000
    } satisfies AlertPlay)
    check('lab messages acknowledged', alert.acknowledged, people)
    check('people whose alert and result arrived', alert.latencyMs.length, people)
    check('notifications that came twice', alert.repeated, 0)
    say(
      `alert: ${alert.sent} lab messages at ${LAB_PER_SECOND}/s, slowest ${Math.max(...alert.latencyMs).toFixed(0)} ms; Task alone p50 ${quantile(alert.taskMs, 0.5).toFixed(0)} ms`
    )

    await settled(world)
    say(`alert: median ms from receipt: ${await alertStages(world, patients, 'L')}`)
    const search = await load.http!.call<HttpReport>('searches', {
      base: `${world.http}/fhir/R4`,
      seconds: Math.min(seconds, 5),
      concurrency: SEARCH_CLIENTS,
      patients
    })
    check('searches not answered 200', search.other, 0)
    say(
      `search: ${search.ok} in ${search.seconds.toFixed(1)} s by ${SEARCH_CLIENTS} clients, p50 ${search.ms.p50.toFixed(1)} ms, p95 ${search.ms.p95.toFixed(1)} ms`
    )
    return [
      { name: 'dicom.receive.perSecond', value: people / sent.seconds, unit: '1/s' },
      { name: 'ecg.path.perSecond', value: people / ((ended - began) / 1000), unit: '1/s' },
      { name: 'alert.latency.p50Ms', value: quantile(alert.latencyMs, 0.5), unit: 'ms' },
      { name: 'alert.latency.p99Ms', value: quantile(alert.latencyMs, 0.99), unit: 'ms', target: 1000 },
      { name: 'fhir.search.perSecond', value: search.ok / search.seconds, unit: '1/s' },
      { name: 'fhir.search.p99Ms', value: search.ms.p99, unit: 'ms' }
    ]
  } finally {
    for (const [, child] of loads) child.stop()
    await world.stop()
  }
}

const secondsOf = (ms: number): string => (ms / 1000).toFixed(1)

async function count(world: World, type: string): Promise<number> {
  return (await world.fhir<{ total: number }>(`${type}?_summary=count`)).total
}

/** Nothing of what was sent is still on its way through the pipeline, the modules or the outbox. */
async function settled(world: World): Promise<void> {
  const { bus } = world.app
  const lags = () =>
    Promise.all(
      [
        ['inbound.hl7v2', 'ingest'],
        ['events.recorded', 'inference.pocket-k'],
        ['events.recorded', 'alerts'],
        ['events.recorded', 'deliver'],
        ['events.resulted', 'alerts'],
        ['events.resulted', 'deliver']
      ].map(([topic, group]) => bus.lag(topic!, group!))
    )
  // Two looks: an event may be between two topics at the first.
  for (let quiet = 0; quiet < 2; ) {
    quiet = (await lags()).every((lag) => lag === 0) ? quiet + 1 : 0
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function subscribe(world: World, criteria: string, endpoint: string): Promise<void> {
  const subscription: Subscription = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'bench',
    criteria,
    channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' }
  }
  const response = await fetch(`${world.http}/fhir/R4/Subscription`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(subscription)
  })
  check('subscription', response.status, 201)
  const { id } = (await response.json()) as { id: string }
  await world.until(
    'the subscription to be active',
    async () => (await world.fhir<Subscription>(`Subscription/${id}`)).status === 'active'
  )
}

/** 'Patient/<id>' of each person number. */
async function patientsInOrder(world: World, people: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: people }, async (_, number) => {
      const [patient] = await world.search<Patient>(`Patient?identifier=${person(number).mrn}`)
      return `Patient/${patient?.id}`
    })
  )
}
