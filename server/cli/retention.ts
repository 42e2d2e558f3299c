import type { RetentionReport } from '../operations/retention.ts'
import { admin, DEFAULT_URL } from './admin-client.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

/** Done by the running server, which also does it by schedule. */
export const retentionCommand: Command = {
  name: 'retention',
  usage: 'retention [--dry-run] [--url URL] [--json]',
  summary: 'forget what may be forgotten and collect blobs that nothing names, or say what would go',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['dry-run', 'json'], values: ['url'] })
    if (positional.length > 0) throw new UsageError('retention takes options only')
    const dryRun = options['dry-run'] === true
    const report = await admin<RetentionReport>(optionText(options, 'url') ?? DEFAULT_URL, '/admin/retention', {
      dryRun
    })
    if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else {
      const { delivered, stories, receipts, blobs } = report
      process.stdout.write(`${dryRun ? 'would go' : 'gone'}: ${delivered} delivered item(s)`)
      process.stdout.write(blobs ? `, ${blobs.count} of ${blobs.blobs} blob(s), ${blobs.bytes} bytes\n` : '\n')
      process.stdout.write(`past their time, gone within the hour: ${stories} stories, ${receipts} receipts\n`)
    }
    return 0
  }
}
