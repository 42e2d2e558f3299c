import { quantile } from './outcome.ts'
import type { DemoRun } from './run.ts'

/** The object of `demo --json` (design section 7). */
export function demoJson(run: DemoRun) {
  const latencies = run.results.filter(({ notified }) => notified).map(({ latencyMs }) => latencyMs)
  const count = (state: string): number =>
    run.messages.filter((m) => m.state === state).reduce((sum, m) => sum + m.count, 0)
  return {
    messages: run.messages.reduce((sum, { count: n }) => sum + n, 0),
    recorded: count('recorded'),
    parked: count('parked'),
    results: run.results.map(({ module, resource, probability, refused, latencyMs }) => ({
      module,
      resource,
      probability,
      refused,
      latencyMs
    })),
    notifications: run.subscriber.got.length,
    oruReturned: run.lab.got.filter(({ type }) => type === 'ORU^R01').length,
    latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    seconds: Number(run.seconds.toFixed(2))
  }
}

/** What one sees: messages, results, alerts, what the laboratory got back. */
export function demoText(run: DemoRun): string {
  const { p50, p99 } = demoJson(run).latencyMs
  return [
    heading('What was sent, and what became of it'),
    table(
      ['from', 'message', 'n', 'answer', 'became', 'why'],
      run.messages.map((m) => [m.from, m.what, String(m.count), m.answer, m.state, m.code ?? ''])
    ),
    heading(
      'What the models said (research prototype; pocket-k was trained on semi-synthetic data, cap-icu on stays of about 2001-2008; not for clinical use)'
    ),
    table(
      ['module', 'about', 'answer to', 'probability of', 'is', 'latency'],
      run.results.map((r) => [
        r.module,
        r.about,
        r.order ?? '',
        r.of,
        r.probability === undefined ? `refused: ${r.refused ?? 'unknown'}` : r.probability.toFixed(3),
        `${r.latencyMs} ms ${r.notified ? 'to the subscriber' : 'to the record'}`
      ])
    ),
    heading('What a handheld was told on its own socket (WebSocket /stream/ecg; try it with a file at /stream/)'),
    `  ${run.handheld.about}: signal ${run.handheld.quality}, heart rate ${run.handheld.heartRate ?? 'not known'} /min`,
    ...run.handheld.told.map(({ module, text }) => `  ${module.padEnd(8)}  ${text}`),
    `  ${run.handheld.latencyMs ?? 'more than 20000'} ms from its last sample to the answer`,
    heading('What ECGomics measures of one of these ECGs'),
    `  ${run.measured.about}: ${run.measured.conclusion}`,
    `  one page: ${run.measured.pdf}`,
    heading('Risk alerts that the subscriber was sent (FHIR Subscription, rest-hook)'),
    ...run.subscriber.got.map(
      ({ resource }) =>
        `  ${resource.priority?.padEnd(7)} ${resource.status.padEnd(10)} to ${resource.owner?.display ?? ''}: ${resource.description ?? ''}`
    ),
    heading('What the laboratory got back on its own MLLP port'),
    ...run.lab.got.map(({ type, placer, content }) => `  ${type}  order ${placer}  ${content}`),
    '',
    `  socket to subscriber: p50 ${p50} ms, p99 ${p99} ms over ${run.results.filter(({ notified }) => notified).length} alerts, each message sent when those before were done with; the day took ${run.seconds.toFixed(1)} s`,
    ''
  ].join('\n')
}

const heading = (text: string): string => `\n${text}\n${'-'.repeat(text.length)}`

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: string[]): string =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd()
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
