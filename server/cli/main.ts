import { asAppError } from '../../core/errors/app-error.ts'
import { type Command, UsageError } from './command.ts'

/** Loaded only when called, so that `hisbundle send` does not load the models' runtime. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./serve.ts')).serve,
  demo: async () => (await import('./demo.ts')).demo,
  send: async () => (await import('./send.ts')).send,
  infer: async () => (await import('./infer.ts')).infer,
  convert: async () => (await import('./convert.ts')).convert,
  export: async () => (await import('./export.ts')).exportCommand,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  audit: async () => (await import('./audit.ts')).audit,
  report: async () => (await import('./report.ts')).report,
  replay: async () => (await import('./replay.ts')).replay,
  clients: async () => (await import('./clients.ts')).clients,
  codes: async () => (await import('./codes.ts')).codes,
  models: async () => (await import('./models.ts')).models,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  'verify-backup': async () => (await import('./verify-backup.ts')).verifyBackupCommand,
  recalibrate: async () => (await import('./recalibrate.ts')).recalibrateCommand,
  retention: async () => (await import('./retention.ts')).retentionCommand,
  outbound: async () => (await import('./outbound.ts')).outboundCommand,
  bench: async () => (await import('./bench.ts')).bench
}

async function main([name = '', ...args]: string[]): Promise<number> {
  const load = COMMANDS[name]
  if (!load) {
    await help(name === '' || name === 'help' || name === '--help' ? process.stdout : process.stderr)
    return name === '' || name === 'help' || name === '--help' ? 0 : 2
  }
  const command = await load()
  if (args.includes('--help')) {
    process.stdout.write(`hisbundle ${command.usage}\n  ${command.summary}\n`)
    return 0
  }
  try {
    return await command.run(args)
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`hisbundle: ${error.message}\nusage: hisbundle ${command.usage}\n`)
      return 2
    }
    const coded = asAppError(error)
    process.stderr.write(`hisbundle: ${coded.code}: ${coded.message}\n`)
    if (coded.code === 'INTERNAL' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
    return 1
  }
}

async function help(stream: NodeJS.WritableStream): Promise<void> {
  const lines = await Promise.all(
    Object.values(COMMANDS).map(async (load) => {
      const { usage, summary } = await load()
      return `  ${usage}\n      ${summary}`
    })
  )
  stream.write(`hisbundle: hospital interoperability server with heart models\n\n${lines.join('\n')}\n`)
}

process.exitCode = await main(process.argv.slice(2))
