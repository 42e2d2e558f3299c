import { systemClock } from '../../core/clock.ts'
import { inferFile } from '../inference/infer-file.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'
import { withModule } from './module-runtime.ts'
import { readRecording } from './read-recording.ts'

export const infer: Command = {
  name: 'infer',
  usage: 'infer <module> <file> [--age YEARS] [--sex male|female] [--policy JSON]',
  summary:
    'run one module on one recording of any format that is read (WFDB by its .hea or zip) and print the FHIR bundle; nothing is stored. Age and sex are those of the file unless they are given',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json'], values: ['policy', 'age', 'sex'] })
    const [id, file, ...more] = positional
    if (!file || more.length > 0) throw new UsageError('name a module and one file')
    const stated = statedPerson(optionText(options, 'age'), optionText(options, 'sex'))
    return withModule(
      id,
      async (module, runtime, policy) => {
        const recording = { ...(await readRecording(file)), ...stated }
        const bundle = await inferFile(module, recording, { runtime, clock: systemClock, policy })
        process.stdout.write(`${JSON.stringify(bundle, null, 2)}\n`)
        return 0
      },
      optionText(options, 'policy')
    )
  }
}

/** What a person says of the patient: many files name neither age nor sex, and most models refuse without. */
function statedPerson(age: string | undefined, sex: string | undefined): { age?: number; sex?: string } {
  if (age !== undefined && !(/^\d{1,3}$/.test(age) && Number(age) < 130)) throw new UsageError('--age is whole years')
  if (sex !== undefined && sex !== 'male' && sex !== 'female') throw new UsageError('--sex is male or female')
  return { ...(age === undefined ? {} : { age: Number(age) }), ...(sex === undefined ? {} : { sex }) }
}
