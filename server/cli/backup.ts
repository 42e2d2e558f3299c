import { join, resolve } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { backup } from '../operations/backup.ts'
import type { BackupManifest } from '../operations/backup-manifest.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

/** Works beside the running server, on its files. */
export const backupCommand: Command = {
  name: 'backup',
  usage: 'backup --to DIR [--config FILE] [--json]',
  summary: 'copy bus, store, blobs and site secret of the embedded parts while the server runs',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json'], values: ['to', 'config'] })
    const to = optionText(options, 'to')
    if (!to || positional.length > 0) throw new UsageError('say --to DIR')
    const config = loadConfig({ file: optionText(options, 'config') })
    requireEmbedded(config)
    const blobsDir = config.blobs.kind === 'file' ? config.blobs.dir || join(config.dataDir, 'blobs') : undefined
    const onStep = (step: string): void => void process.stderr.write(`${step} copied\n`)
    const made = await backup({ dataDir: config.dataDir, blobsDir, to: resolve(to), onStep })
    report(made, options.json === true, 'backed up')
    return 0
  }
}

/** Kafka and PostgreSQL have tools of their own (docs/deployment.md). */
function requireEmbedded(config: Config): void {
  if (config.bus.kind !== 'embedded') throw new AppError('CONFIG_INVALID', { at: 'bus.kind', reason: 'embedded-only' })
  if (config.store.kind !== 'sqlite')
    throw new AppError('CONFIG_INVALID', { at: 'store.kind', reason: 'embedded-only' })
}

export function report(manifest: BackupManifest, json: boolean, done: string): void {
  const { version, startedAt, finishedAt, files, blobs } = manifest
  const bytes = Object.values(files).reduce((sum, { size }) => sum + size, 0) + blobs.bytes
  if (json) process.stdout.write(`${JSON.stringify({ version, startedAt, finishedAt, blobs: blobs.count, bytes })}\n`)
  else
    process.stdout.write(
      `${done}: everything acknowledged before ${startedAt}, ${blobs.count} blob(s), ${bytes} bytes, written by version ${version}\n`
    )
}
