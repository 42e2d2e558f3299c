import type { UnmappedCode } from '../pipeline/unmapped-codes.ts'
import { admin, DEFAULT_URL } from './admin-client.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

export const codes: Command = {
  name: 'codes',
  usage: 'codes --unmapped [--url URL] [--json]',
  summary: 'codes and units that came in without a map, and how often',
  async run(args) {
    const { options } = parseArgs(args, { flags: ['unmapped', 'json'], values: ['url'] })
    if (!options.unmapped) throw new UsageError('say --unmapped')
    const { unmapped } = await admin<{ unmapped: UnmappedCode[] }>(
      optionText(options, 'url') ?? DEFAULT_URL,
      '/admin/codes/unmapped'
    )
    if (options.json) process.stdout.write(`${JSON.stringify({ unmapped })}\n`)
    else if (unmapped.length === 0) process.stdout.write('every code that came in is mapped\n')
    else
      for (const u of unmapped)
        process.stdout.write(`${String(u.count).padStart(7)}  ${u.feed}  ${u.system}|${u.code}  ${u.display}\n`)
    return 0
  }
}
