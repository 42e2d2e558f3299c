import { Registry } from 'prom-client'
import { parseMetrics } from '../../test/support/prometheus.ts'
import { runtimeMetrics } from './engines.ts'
import { known, sampledCounter, sampledGauge, sharedRead, tally } from './instruments.ts'
import { createMetrics } from './metrics.ts'
import { routeOf } from './route-template.ts'

describe('instruments', () => {
  const page = async (registry: Registry) => Object.fromEntries(parseMetrics(await registry.metrics()))

  test('a tally counts by its labels, and goes on counting after a scrape', async () => {
    const registry = new Registry()
    const count = tally(registry, { name: 'x_total', help: 'x', labelNames: ['feed', 'code'] })
    count('lab', '')
    count('lab', 'A')
    await page(registry)
    count('lab', 'A')
    expect(await page(registry)).toEqual({ 'x_total{code="",feed="lab"}': 1, 'x_total{code="A",feed="lab"}': 2 })
  })

  test('a part that does not answer leaves its own metric out and no other', async () => {
    const registry = new Registry()
    sampledGauge(registry, { name: 'away', help: 'x', read: () => Promise.reject(new Error('the store is away')) })
    sampledCounter(registry, {
      name: 'broken_total',
      help: 'x',
      read: () => {
        throw new Error('x')
      }
    })
    sampledGauge(registry, { name: 'silent', help: 'x', read: () => new Promise(() => {}), withinMs: 1 })
    sampledGauge(registry, { name: 'there', help: 'x', read: () => [{ value: 3 }] })
    expect(await page(registry)).toEqual({ there: 3 })
  })

  test('a sample that is gone leaves the page', async () => {
    const registry = new Registry()
    let samples = [
      { labels: { code: 'A' }, value: 1 },
      { labels: { code: 'B' }, value: 2 }
    ]
    sampledGauge(registry, { name: 'x', help: 'x', labelNames: ['code'], read: () => samples })
    await page(registry)
    samples = samples.slice(1)
    expect(await page(registry)).toEqual({ 'x{code="B"}': 2 })
  })

  test('who asks while an answer is under way gets the same, who asks later a new one', async () => {
    let asked = 0
    const read = sharedRead(async () => ++asked)
    expect(await Promise.all([read(), read()])).toEqual([1, 1])
    expect(await read()).toBe(2)
  })

  test('a name that is not of the configuration is one with all others of that kind', () => {
    const feedOf = known(['lab'])
    expect(['lab', 'x', '__proto__'].map(feedOf)).toEqual(['lab', 'other', 'other'])
  })
})

test('lanes of runs that wait for another machine are counted apart, by module', async () => {
  const registry = new Registry()
  const pool = { workers: 2, ready: 2, queued: 0, running: 1, completed: 5, failed: 0, busy: 0, workersReplaced: 0 }
  const runMs = { p50: 1, p99: 2 }
  const lanes = [{ module: 'cap-icu', ...pool, runMs, queued: 3, running: 2, busy: 4 }]
  runtimeMetrics(registry, () => ({
    ...pool,
    runMs,
    lanes,
    roles: [],
    generation: 3,
    swaps: { done: 2, failed: 1 },
    draining: 0
  }))
  expect(Object.fromEntries(parseMetrics(await registry.metrics()))).toMatchObject({
    hisbundle_inference_queue: 0,
    'hisbundle_inference_outside_queue{module="cap-icu"}': 3,
    'hisbundle_inference_outside_running{module="cap-icu"}': 2,
    'hisbundle_inference_outside_busy_total{module="cap-icu"}': 4,
    hisbundle_model_generation: 3,
    'hisbundle_model_swaps_total{outcome="done"}': 2,
    'hisbundle_model_swaps_total{outcome="failed"}': 1
  })
})

test('two servers in one process count apart', async () => {
  const [one, two] = [createMetrics({ feeds: ['lab'] }), createMetrics({ feeds: ['lab'] })]
  one.messages.received({ feed: 'lab', family: 'hl7v2' })
  const of = async ({ text }: typeof one) =>
    parseMetrics(await text()).get('hisbundle_messages_received_total{family="hl7v2",feed="lab"}')
  expect([await of(one), await of(two)]).toEqual([1, undefined])
})

test.each([
  ['GET', '/healthz', 'GET', '/healthz'],
  ['GET', '/fhir/R4/Patient/Canary', 'GET', '/fhir/R4/:type/:id'],
  ['GET', '/fhir/R4/Patient', 'GET', '/fhir/R4/:type'],
  ['POST', '/fhir/R4', 'POST', '/fhir/R4'],
  ['POST', '/fhir/R4/Patient/_search', 'POST', '/fhir/R4/:type/_search'],
  ['GET', '/fhir/R4/Canary/1/_history/2', 'GET', '/fhir/R4/:type/:id/_history/:version'],
  ['GET', '/fhir/R4/Patient/1/$everything', 'GET', '/fhir/R4/:type/:id/$operation'],
  ['POST', '/inbound/canary', 'POST', '/inbound'],
  ['GET', '/admin/messages/Canary', 'GET', '/admin/messages/:id'],
  ['GET', '/admin/explain/RiskAssessment/Canary', 'GET', '/admin/explain/:type/:id'],
  ['GET', '/Canary/../etc', 'GET', 'other'],
  ['CANARY', '/metrics', 'other', '/metrics']
])('%s %s is counted as %s %s', (method, path, countedMethod, route) => {
  expect(routeOf(method, path)).toEqual({ method: countedMethod, route })
})
