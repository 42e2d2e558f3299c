import { admin, DEFAULT_URL } from './admin-client.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

/** Runs parked or past messages again through the running server. What is unchanged has no second effect. */
export const replay: Command = {
  name: 'replay',
  usage: 'replay [--parked ID | --all-parked | --message ENVELOPE-ID [--as-patient Patient/ID]] [--url URL] [--json]',
  summary: 'list parked messages, or run parked and past messages again',
  async run(args) {
    const { positional, options } = parseArgs(args, {
      flags: ['all-parked', 'json'],
      values: ['parked', 'message', 'as-patient', 'url']
    })
    if (positional.length > 0) throw new UsageError('replay takes options only')
    const base = optionText(options, 'url') ?? DEFAULT_URL
    const what = request(optionText(options, 'parked'), optionText(options, 'message'), options['all-parked'] === true)
    if (!what) return list(base, options.json === true)
    const asPatient = optionText(options, 'as-patient')
    const { replayed } = await admin<{ replayed: number }>(base, '/admin/replay', {
      ...what,
      ...(asPatient ? { asPatient } : {})
    })
    process.stdout.write(options.json ? `${JSON.stringify({ replayed })}\n` : `${replayed} message(s) run again\n`)
    return replayed > 0 ? 0 : 1
  }
}

function request(parkedId: string | undefined, envelopeId: string | undefined, all: boolean) {
  if ([parkedId, envelopeId, all || undefined].filter(Boolean).length > 1)
    throw new UsageError('one of --parked, --all-parked, --message')
  if (parkedId) return { parkedId }
  if (envelopeId) return { envelopeId }
  return all ? { allParked: true } : undefined
}

interface ParkedRow {
  id: string
  envelopeId: string
  kind: string
  code: string
  reason?: string
  at?: string
  parkedAt: string
}

async function list(base: string, json: boolean): Promise<number> {
  const { parked } = await admin<{ parked: ParkedRow[] }>(base, '/admin/parked')
  if (json) process.stdout.write(`${JSON.stringify({ parked })}\n`)
  else if (parked.length === 0) process.stdout.write('nothing is parked\n')
  else
    for (const p of parked)
      process.stdout.write(
        `${p.id}  ${p.parkedAt}  ${p.kind}  ${p.code}${p.reason ? ` (${p.reason})` : ''}${p.at ? ` at ${p.at}` : ''}\n`
      )
  return 0
}
