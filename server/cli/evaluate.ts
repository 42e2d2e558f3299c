import { evaluate as evaluateModule } from '../inference/evaluate.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'
import { withModule } from './module-runtime.ts'

export const evaluate: Command = {
  name: 'evaluate',
  usage: 'evaluate <module> --data DIR [--policy JSON] [--include-training] [--json]',
  summary: 'score a module on a labelled folder: metrics with intervals, calibration, subgroups, refusals',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json', 'include-training'], values: ['data', 'policy'] })
    const dir = optionText(options, 'data')
    if (!dir) throw new UsageError('name a folder with --data')
    const work: Parameters<typeof withModule<number>>[1] = async (module, runtime, policy) => {
      const result = await evaluateModule(module, dir, {
        runtime,
        policy,
        includeTraining: options['include-training'] === true,
        onProgress: (done) => {
          if (process.stderr.isTTY) process.stderr.write(`\r${done} records`)
        }
      })
      if (process.stderr.isTTY) process.stderr.write('\n')
      if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
      else print(result)
      return 0
    }
    return withModule(positional[0], work, optionText(options, 'policy'))
  }
}

function print({
  module,
  model,
  data,
  metrics,
  baselines,
  refused,
  seconds
}: Awaited<ReturnType<typeof evaluateModule>>): void {
  const out = (line: string) => process.stdout.write(`${line}\n`)
  out(`${module}: ${model.name} ${model.version} (sha256 ${model.sha256.slice(0, 12)}) on ${data.name}`)
  out(`${data.n} records of ${data.patients} people, ${data.positives} positive; ${seconds.toFixed(1)} s`)
  if (data.name.endsWith('(training records included)'))
    out('the model was trained on records of this folder: these figures do not say what it does on new ones')
  for (const { name, value, ci, n, unit, group } of metrics) {
    out(
      `  ${(group ? `${name} [${group}]` : name).padEnd(44)} ${value === null ? 'not judged' : value.toFixed(4)}${unit ? ` ${unit}` : ''}${interval(ci)}  n ${n}`
    )
  }
  for (const { name, metric, value, ci } of baselines)
    out(
      `  baseline ${name}, ${metric}`.padEnd(46) + ` ${value.toFixed(4)}  (${ci[0].toFixed(4)} to ${ci[1].toFixed(4)})`
    )
  for (const { code, n } of refused) out(`  left out: ${code} ${n}`)
}

const interval = (ci: readonly (number | null)[] | null | undefined): string =>
  ci?.every((bound) => bound !== null) ? `  (${ci.map((bound) => bound!.toFixed(4)).join(' to ')})` : ''
