import type { Patient, Subscription } from '@medplum/fhirtypes'
import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { buildWorld, type World } from '../../support/world.ts'
import type { HttpReport } from '../load/http.ts'
import type { AlertPlay, AlertReport } from '../load/subscriber.ts'
import { check, reached } from '../support/check.ts'
import { startLoad } from '../support/load.ts'
import { person } from '../support/messages.ts'
import { quantile } from '../support/quantile.ts'
import { alertStages } from '../support/stages.ts'

const LAB_PER_SECOND = 20
const ASSOCIATIONS = 4
const SEARCH_CLIENTS = 4
const MOST_SEARCH_SECONDS = 5

/**
 * A hospital that tries the potassium screen and then switches it on. ECGs with high potassium come in while the module
 * runs in shadow: each has its result and alarms nobody. Then the site approves the model, and the laboratory reports a
 * haemolysed potassium for each of these people, at 20 a second: the model looks at the ECG again beside it, and the alert
 * Task and the new result go to the subscriber. An alert has arrived when both have.
 */
export async function wardRows(options: BenchOptions): Promise<BenchRow[]> {
  const people = Math.max(2, Math.round(options.seconds * LAB_PER_SECOND))
  const shadow = await buildWorld({ mode: 'shadow' })
  let received: BenchRow[]
  try {
    received = await receiveEcgs(shadow, people, options)
  } catch (error) {
    await shadow.stop()
    throw error
  }
  await shadow.stop({ keep: true })
  const world = await buildWorld({ mode: 'advisory', dataDir: shadow.dataDir })
  try {
    const patients = await patientsInOrder(world, people)
    const alerts = await alarm(world, patients, options)
    return [...received, ...alerts, ...(await search(world, patients, options))]
  } finally {
    await world.stop()
  }
}

async function receiveEcgs(world: World, people: number, { say }: BenchOptions): Promise<BenchRow[]> {
  const modality = startLoad('modality')
  try {
    await modality.call('prepare', { people })
    const began = performance.now()
    const sent = await modality.call<{ stored: number; seconds: number }>('send', {
      address: world.address('dicom'),
      associations: ASSOCIATIONS
    })
    const ended = await reached('ECG results', () => count(world, 'RiskAssessment'), { wanted: people, everyMs: 50 })
    check('ECG objects stored', sent.stored, people)
    await settled(world)
    check('results of the ECGs', await count(world, 'RiskAssessment'), people)
    check('alerts of a module in shadow', await count(world, 'Task'), 0)
    say(`ward: ${people} ECG objects in ${sent.seconds.toFixed(1)} s, results after ${secondsOf(ended - began)} s`)
    return [
      { name: 'dicom.receive.perSecond', value: people / sent.seconds, unit: '1/s' },
      { name: 'ecg.path.perSecond', value: people / ((ended - began) / 1000), unit: '1/s' }
    ]
  } finally {
    modality.stop()
  }
}

async function alarm(world: World, patients: string[], { say }: BenchOptions): Promise<BenchRow[]> {
  const subscriber = startLoad('subscriber')
  try {
    const { url } = await subscriber.call<{ url: string }>('listen')
    for (const criteria of ['Task?status=requested', 'RiskAssessment?method=pocket-k'])
      await subscribe(world, criteria, url)
    const { hostname: host, port } = new URL(world.address('hl7').replace('mllp:', 'http:'))
    const alert = await subscriber.call<AlertReport>('play', {
      host,
      port: Number(port),
      perSecond: LAB_PER_SECOND,
      patients,
      prefix: 'L',
      patienceMs: 60_000
    } satisfies AlertPlay)
    check('lab messages acknowledged', alert.acknowledged, patients.length)
    check('people whose alert and result arrived', alert.latencyMs.length, patients.length)
    check('notifications that came twice', alert.repeated, 0)
    const slowest = Math.max(...alert.latencyMs)
    say(`alert: ${alert.sent} lab messages at ${LAB_PER_SECOND}/s, slowest ${slowest.toFixed(0)} ms`)
    await settled(world)
    say(`alert: median ms from receipt: ${await alertStages(world, patients, 'L')}`)
    return [
      { name: 'alert.latency.p50Ms', value: quantile(alert.latencyMs, 0.5), unit: 'ms' },
      { name: 'alert.latency.p99Ms', value: quantile(alert.latencyMs, 0.99), unit: 'ms', target: 1000 }
    ]
  } finally {
    subscriber.stop()
  }
}

async function search(world: World, patients: string[], { seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const http = startLoad('http')
  try {
    const { ok, other, ms, ...report } = await http.call<HttpReport>('searches', {
      base: `${world.http}/fhir/R4`,
      seconds: Math.min(seconds, MOST_SEARCH_SECONDS),
      concurrency: SEARCH_CLIENTS,
      patients
    })
    check('searches not answered 200', other, 0)
    say(`search: ${ok} by ${SEARCH_CLIENTS} clients, p50 ${ms.p50.toFixed(1)} ms, p95 ${ms.p95.toFixed(1)} ms`)
    return [
      { name: 'fhir.search.perSecond', value: ok / report.seconds, unit: '1/s' },
      { name: 'fhir.search.p99Ms', value: ms.p99, unit: 'ms' }
    ]
  } finally {
    http.stop()
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
