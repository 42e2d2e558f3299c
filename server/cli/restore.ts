import { resolve } from 'node:path'
import { restore } from '../operations/restore.ts'
import { report } from './backup.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'restore --from DIR --to DATADIR [--json]',
  summary: 'verify a backup and copy it to an empty data folder',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json'], values: ['from', 'to'] })
    const [from, to] = [optionText(options, 'from'), optionText(options, 'to')]
    if (!from || !to || positional.length > 0) throw new UsageError('say --from DIR --to DATADIR')
    report(await restore({ from: resolve(from), to: resolve(to) }), options.json === true, 'restored')
    return 0
  }
}
