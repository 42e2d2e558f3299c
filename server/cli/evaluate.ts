import { evaluate as evaluateModule } from '../inference/evaluate.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'
import { evaluationLines } from './evaluation-table.ts'
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
      else for (const line of evaluationLines(result)) process.stdout.write(`${line}\n`)
      return 0
    }
    return withModule(positional[0], work, optionText(options, 'policy'))
  }
}
