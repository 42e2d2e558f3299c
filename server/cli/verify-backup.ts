import { resolve } from 'node:path'
import { verifyBackup } from '../operations/restore.ts'
import { report } from './backup.ts'
import { type Command, parseArgs, UsageError } from './command.ts'

export const verifyBackupCommand: Command = {
  name: 'verify-backup',
  usage: 'verify-backup DIR [--json]',
  summary: 'read a backup whole: hashes, names of blobs, both databases',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json'] })
    const [dir, ...more] = positional
    if (!dir || more.length > 0) throw new UsageError('name the folder of the backup')
    report(await verifyBackup(resolve(dir)), options.json === true, 'whole')
    return 0
  }
}
