import { clientsFileOf } from '../access/authenticate.ts'
import { MAX_TOKENS } from '../access/clients.ts'
import { addClient, listClients, revokeClient, rotateClient } from '../access/manage-clients.ts'
import { SCOPES } from '../access/scopes.ts'
import { loadConfig } from '../config/load.ts'
import { type Command, optionText, type ParsedArgs, parseArgs, UsageError } from './command.ts'

const HOUR_MS = 3_600_000

/** Works on the clients file, not on a server: the one that runs sees it with the next request. */
export const clients: Command = {
  name: 'clients',
  usage:
    'clients list | add ID --scopes A,B [--days N] [--from CIDR,CIDR] | rotate ID [--overlap HOURS] | revoke ID   [--config FILE] [--json]',
  summary: `who may call the HTTP server (auth.mode clients); a token is shown once and kept as a hash. Scopes: ${SCOPES.join(', ')}`,
  async run(args) {
    const { positional, options } = parseArgs(args, {
      flags: ['json'],
      values: ['scopes', 'days', 'from', 'overlap', 'config']
    })
    const [verb = 'list', id, ...rest] = positional
    if (rest.length > 0 || (verb !== 'list' && !id))
      throw new UsageError(verb === 'list' ? 'list takes no name' : 'say which client')
    const config = loadConfig({ file: optionText(options, 'config') })
    const file = clientsFileOf(config)
    const print = (value: object, text: string): number => {
      process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${text}\n`)
      return 0
    }
    switch (verb) {
      case 'list': {
        const found = listClients(file, config.auth.clients)
        return print({ clients: found }, found.map(line).join('\n') || 'no clients')
      }
      case 'add': {
        const token = addClient(file, { id: id!, ...grant(options) })
        if (config.auth.mode !== 'clients')
          process.stderr.write('note: auth.mode is not clients; the server asks for none\n')
        return print({ id, token }, `${token}\n(shown this once; only its hash is kept)`)
      }
      case 'rotate': {
        const hours = number(options, 'overlap') ?? 24
        const token = rotateClient(file, id!, new Date(Date.now() + hours * HOUR_MS))
        return print({ id, token }, `${token}\n(shown this once; the token before it works for ${hours} more hours)`)
      }
      case 'revoke':
        revokeClient(file, id!)
        return print({ revoked: id }, 'revoked; it is out with its next request')
      default:
        throw new UsageError(`clients ${verb} is not one of list, add, rotate, revoke`)
    }
  }
}

function grant(options: ParsedArgs['options']) {
  const scopes = optionText(options, 'scopes')
  if (!scopes) throw new UsageError(`--scopes wants some of ${SCOPES.join(', ')}`)
  const days = number(options, 'days')
  const from = optionText(options, 'from')
  return {
    scopes: scopes.split(','),
    ...(days === undefined ? {} : { expires: new Date(Date.now() + days * 24 * HOUR_MS).toISOString() }),
    ...(from ? { from: from.split(',') } : {})
  }
}

function number(options: ParsedArgs['options'], name: string): number | undefined {
  const text = optionText(options, name)
  if (text === undefined) return undefined
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`--${name} wants a whole number`)
  return Number(text)
}

const line = ({ id, where, tokens, scopes, expires, from }: ReturnType<typeof listClients>[number]): string =>
  [
    id.padEnd(20),
    where.padEnd(7),
    `${tokens}/${MAX_TOKENS} token${tokens === 1 ? '' : 's'}`,
    scopes.join(','),
    expires ? `until ${expires}` : '',
    from ? `from ${from.join(',')}` : ''
  ]
    .filter(Boolean)
    .join('  ')
