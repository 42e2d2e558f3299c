import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { declaredMetrics } from '../support/prometheus.ts'
import { buildWorld } from '../support/world.ts'

/** What dashboard and alert rules ask for is what a server offers, and every alert has its runbook. */
const ROOT = join(import.meta.dirname, '..', '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
// Comes with Jest.

interface Rules {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[]
}
const rules = (load(read('docker/observability/alerts.yml')) as Rules).groups.flatMap(({ rules }) => rules)
const panels = (
  JSON.parse(read('docker/observability/dashboard.json')) as {
    panels: { id: number; title: string; type: string; targets?: { expr: string }[] }[]
  }
).panels
const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))
]

/** Metric and the labels that an expression matches or groups by. */
function asked(expr: string): { name: string; labels: string[] }[] {
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) =>
    list!.split(',').map((label) => label.trim())
  )
  return [...expr.matchAll(/\b((?:hisbundle|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(([, name, matchers = '']) => ({
    name: name!,
    labels: [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label!).concat(grouped)
  }))
}

let declared: Map<string, string>
let labelsOf: (name: string) => readonly string[]
beforeAll(async () => {
  const world = await buildWorld()
  declared = declaredMetrics(await (await fetch(`${world.http}/metrics`)).text())
  const { metrics } = world.app
  labelsOf = (name) => (metrics.registry.getSingleMetric(name) as unknown as { labelNames: string[] }).labelNames
  await world.stop()
})

/** A histogram's series are named after it. */
const baseOf = (name: string): string => (declared.has(name) ? name : name.replace(/_(bucket|count|sum)$/, ''))

test.each(expressions)('%s asks for metrics and labels that are there', (_, expr) => {
  const all = asked(expr)
  expect(all.length + (expr.startsWith('up{') ? 1 : 0)).toBeGreaterThan(0)
  for (const { name, labels } of all) {
    expect([name, declared.has(baseOf(name))]).toEqual([name, true])
    const offered = [...labelsOf(baseOf(name)), 'le', 'instance', 'job']
    expect([name, labels.filter((label) => !offered.includes(label))]).toEqual([name, []])
    if (/_bucket$/.test(name)) expect([name, declared.get(baseOf(name))]).toEqual([name, 'histogram'])
    if (/_total$/.test(name))
      expect([name, /(rate|increase)\([^)]*$/.test(expr.slice(0, expr.indexOf(name)))]).toEqual([name, true])
  }
})

test('every alert has its runbook in the deployment guide, and every runbook its alert', () => {
  const books = [...read('docs/deployment.md').matchAll(/^### (HisBundle\w+)/gm)].map(([, name]) => name!)
  const grouped = [...read('docs/deployment.md').matchAll(/^\| `(HisBundle\w+)`/gm)].map(([, name]) => name!)
  expect([...new Set([...books, ...grouped])].sort()).toEqual(rules.map(({ alert }) => alert).sort())
})

test('panels have ids of their own and do not lie on each other', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
})

test('what the server offers and nobody looks at is listed here, so that a new metric finds its place', () => {
  const seen = new Set(expressions.flatMap(([, expr]) => asked(expr).map(({ name }) => baseOf(name))))
  expect([...declared.keys()].filter((name) => !seen.has(name)).sort()).toEqual([
    'hisbundle_build_info',
    'hisbundle_content_changed_total',
    'hisbundle_decode_timeouts_total',
    'hisbundle_events_relayed_total',
    'hisbundle_inference_busy_total',
    'hisbundle_inference_failed_total',
    'hisbundle_inference_runs_total',
    'hisbundle_inference_workers',
    'hisbundle_live_samples_total',
    'hisbundle_live_sessions_total',
    'hisbundle_module_events_total',
    'hisbundle_module_run_seconds',
    'hisbundle_received_bytes_total',
    'hisbundle_series_total',
    'hisbundle_timers_fired_total',
    'hisbundle_writes_waiting',
    'nodejs_eventloop_lag_p50_seconds',
    'nodejs_external_memory_bytes',
    'nodejs_heap_size_total_bytes',
    'process_start_time_seconds'
  ])
})
