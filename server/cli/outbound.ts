import { admin, DEFAULT_URL } from './admin-client.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

/** The one switch that stops all outbound (rules section 9), in every process on the store and after a restart. */
export const outboundCommand: Command = {
  name: 'outbound',
  usage: 'outbound on|off|status [--url URL] [--json]',
  summary: 'let everything leave, stop everything that leaves, or say which holds',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json'], values: ['url'] })
    const [what = '', ...more] = positional
    if (!['on', 'off', 'status'].includes(what) || more.length > 0) throw new UsageError('say on, off or status')
    const base = optionText(options, 'url') ?? DEFAULT_URL
    const { outbound } =
      what === 'status'
        ? await admin<{ outbound: boolean }>(base, '/admin/outbox')
        : await admin<{ outbound: boolean }>(base, '/admin/outbound', { on: what === 'on' })
    if (options.json) process.stdout.write(`${JSON.stringify({ outbound })}\n`)
    else process.stdout.write(outbound ? 'outbound is on\n' : 'outbound is off: nothing leaves, everything waits\n')
    // The configuration's `false` outranks a person's `on`.
    return what === 'on' && !outbound ? 1 : 0
  }
}
