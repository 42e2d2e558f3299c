import { AppError } from '../../../core/errors/app-error.ts'
import { type ClientConfig, readClients } from '../../access/clients.ts'
import { defineSection } from './section.ts'

export interface AuthConfig {
  /** none: everybody on this machine; token: one token that may do everything; clients: named programs, each with its scopes. */
  mode: 'none' | 'token' | 'clients'
  /** Of mode token. */
  token?: string
  /** Of mode clients: those that stand in the configuration. */
  clients?: ClientConfig[]
  /** Of mode clients: the file that `hisbundle clients` writes; default clients.json in the data folder. */
  clientsFile?: string
}

export const auth = defineSection<AuthConfig>({ mode: 'none' }, ['token', 'clients', 'clientsFile'], (given) => {
  const { mode, token, clients, clientsFile } = given
  if (!['none', 'token', 'clients'].includes(mode)) throw invalid('mode', 'value')
  if (mode === 'token' && (typeof token !== 'string' || token === '')) throw invalid('token', 'required')
  if (clientsFile !== undefined && typeof clientsFile !== 'string') throw invalid('clientsFile', 'value')
  // Clients that nobody would ask for are a mistake, and not a harmless one.
  if (mode !== 'clients' && (clients !== undefined || clientsFile !== undefined)) throw invalid('mode', 'not-clients')
  return clients === undefined ? given : { ...given, clients: readClients(clients, 'auth.clients') }
})

const invalid = (key: string, reason: string): AppError => new AppError('CONFIG_INVALID', { at: `auth.${key}`, reason })
