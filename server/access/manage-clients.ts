import { AppError } from '../../core/errors/app-error.ts'
import { type ClientConfig, hashToken, MAX_TOKENS, makeToken, readClients } from './clients.ts'
import { readClientsFile, writeClientsFile } from './clients-file.ts'

export interface ListedClient {
  id: string
  /** The clients file, or the configuration, where the command line changes nothing. */
  where: 'file' | 'config'
  /** How many tokens it has. */
  tokens: number
  scopes: readonly string[]
  expires?: string
  from?: string[]
}

/** Without hashes: there is nothing to do with one. */
export function listClients(file: string, configured: readonly ClientConfig[] = []): ListedClient[] {
  const row =
    (where: ListedClient['where']) =>
    ({ tokens, ...client }: ClientConfig): ListedClient => ({ ...client, where, tokens: tokens.length })
  return [...configured.map(row('config')), ...readClientsFile(file).map(row('file'))]
}

/**
 * @returns the new client's token, which is kept nowhere
 * @throws AppError CONFIG_INVALID for a name in use, a scope or range that is none
 */
export function addClient(
  file: string,
  client: { id: string; scopes: readonly string[]; expires?: string; from?: string[] }
): string {
  const token = makeToken()
  const added = readClients([{ ...client, tokens: [{ sha256: hashToken(token) }] }], 'clients')
  writeClientsFile(file, [...readClientsFile(file), ...added])
  return token
}

/**
 * Gives a client a second token and an end to the one it has, so that it can be changed while the client works.
 * @returns the new token
 * @throws AppError FHIR_NOT_FOUND for a client that the file does not name
 */
export function rotateClient(file: string, id: string, oldEnds: Date): string {
  const token = makeToken()
  const expires = oldEnds.toISOString()
  change(file, id, (client) => {
    const newest = client.tokens.at(-1)!
    const ending = newest.expires && newest.expires < expires ? newest : { ...newest, expires }
    return { ...client, tokens: [ending, { sha256: hashToken(token) }].slice(-MAX_TOKENS) }
  })
  return token
}

/** @throws AppError FHIR_NOT_FOUND for a client that the file does not name */
export const revokeClient = (file: string, id: string): void => change(file, id, () => undefined)

function change(file: string, id: string, make: (client: ClientConfig) => ClientConfig | undefined): void {
  const clients = readClientsFile(file)
  if (!clients.some((client) => client.id === id)) throw new AppError('FHIR_NOT_FOUND', { at: 'client' })
  writeClientsFile(
    file,
    clients.flatMap((client) => (client.id === id ? (make(client) ?? []) : [client]))
  )
}
