import { systemClock } from '../../core/clock.ts'
import { inferFile } from '../inference/infer-file.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'
import { withModule } from './module-runtime.ts'
import { readRecording } from './read-recording.ts'

export const infer: Command = {
  name: 'infer',
  usage: 'infer <module> <file> [--policy JSON]',
  summary:
    'run one module on one recording of any format that is read (WFDB by its .hea or zip) and print the FHIR bundle; nothing is stored',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json'], values: ['policy'] })
    const [id, file, ...more] = positional
    if (!file || more.length > 0) throw new UsageError('name a module and one file')
    return withModule(
      id,
      async (module, runtime, policy) => {
        const bundle = await inferFile(module, await readRecording(file), { runtime, clock: systemClock, policy })
        process.stdout.write(`${JSON.stringify(bundle, null, 2)}\n`)
        return 0
      },
      optionText(options, 'policy')
    )
  }
}
