import { parseArgs } from 'node:util'
import { type FuzzReport, fuzz } from './support/fuzz.ts'
import { TARGETS } from './targets/index.ts'

/**
 * Fuzzes the running server: node test/fuzz/run.ts [mllp|hl7v2|dimse|dicom|ecg-files|fhir|http|search|associations|all] [--cases N] [--seed S]
 * [--case K] [--json]. A failure names its case: the same seed with --case K sends that input alone.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    case: { type: 'string' },
    json: { type: 'boolean', default: false }
  }
})
const names = positionals.length === 0 || positionals[0] === 'all' ? Object.keys(TARGETS) : positionals
const unknown = names.find((name) => !Object.hasOwn(TARGETS, name))
if (unknown) throw new Error(`no target ${unknown}; there are ${Object.keys(TARGETS).join(', ')}, all`)

const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`

function print(report: FuzzReport): void {
  const { target, inputs, seconds, answers, stories, canaries, warmBytes, peakBytes, blockedMs, faults, seed } = report
  console.log(
    `${target}: ${inputs} inputs in ${seconds.toFixed(1)} s (${Math.round(inputs / seconds)}/s), seed ${seed}, ${canaries} canaries; memory ${mib(warmBytes)} warm, ${mib(peakBytes)} peak; event loop held up ${Math.round(blockedMs)} ms at most`
  )
  for (const [code, n] of Object.entries(answers).slice(0, 40))
    console.log(`  answer ${String(n).padStart(7)}  ${code}`)
  for (const [code, n] of Object.entries(stories).slice(0, 60))
    console.log(`  story  ${String(n).padStart(7)}  ${code}`)
  for (const fault of faults) console.log(`  FAULT  ${fault}`)
}

const reports: FuzzReport[] = []
for (const name of names) {
  const report = await fuzz(TARGETS[name]!, {
    cases: Number(values.cases),
    seed: Number(values.seed),
    ...(values.case === undefined ? {} : { only: Number(values.case) })
  })
  reports.push(report)
  if (!values.json) print(report)
}
if (values.json) console.log(JSON.stringify(reports, undefined, 2))
process.exitCode = reports.every(({ faults }) => faults.length === 0) ? 0 : 1
