import pg from 'pg'
import { AppError } from '../../../core/errors/app-error.ts'
import type { Logger } from '../../../core/log.ts'
import { clientConfig, type PostgresAccess } from './connect.ts'
import { toStoreError } from './pg-error.ts'

const HEARTBEAT_MS = 1000
/** A heartbeat that is not answered for so long means that the connection is dead, and all that hangs on it lost. */
const SILENCE_MS = 5000
const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5000

/**
 * The one connection on which a process holds what lasts longer than a transaction: key locks, leaderships, listening.
 * Statements on it never wait for others, so that one connection serves hundreds of holders. It is watched by a heartbeat
 * and opened anew when it dies; with the connection everything held on it is gone, which `onLost` tells.
 */
export class Session {
  readonly #access: PostgresAccess
  readonly #log: Logger
  readonly #onNotify: (payload: string) => void
  readonly #channel: string
  readonly #lost = new Set<() => void>()
  readonly #back = new Set<() => void>()
  #client: pg.Client | undefined
  #timer: NodeJS.Timeout | undefined
  #retryMs = FIRST_RETRY_MS
  #stopping = false
  #reconnects = 0

  constructor(options: { access: PostgresAccess; log: Logger; onNotify: (payload: string) => void }) {
    this.#access = options.access
    this.#log = options.log
    this.#onNotify = options.onNotify
    this.#channel = `hisbundle_${options.access.schema}`
  }

  get alive(): boolean {
    return this.#client !== undefined
  }

  get reconnects(): number {
    return this.#reconnects
  }

  async start(): Promise<void> {
    this.#stopping = false
    await this.#connect()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#timer)
    const client = this.#client
    this.#client = undefined
    if (!client) return
    for (const lost of [...this.#lost]) lost()
    client.removeAllListeners('end')
    await client.end().catch(() => {})
  }

  /** @throws AppError STORE_UNAVAILABLE reason 'connection' while there is none */
  async query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = this.#client
    if (!client) throw new AppError('STORE_UNAVAILABLE', { reason: 'connection' })
    try {
      return (await client.query({ text, values, query_timeout: SILENCE_MS } as pg.QueryConfig)).rows as T[]
    } catch (error) {
      throw toStoreError(error)
    }
  }

  /** To every process that listens, this one too; best effort. */
  notify(payload: string): void {
    this.query('SELECT pg_notify($1, $2)', [this.#channel, payload]).catch(() => {})
  }

  /** Called once each time the connection dies or is closed; returns the way to end that. */
  onLost(listener: () => void): () => void {
    this.#lost.add(listener)
    return () => this.#lost.delete(listener)
  }

  /** Called each time there is a connection again. */
  onBack(listener: () => void): () => void {
    this.#back.add(listener)
    return () => this.#back.delete(listener)
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(clientConfig(this.#access, 'session'))
    client.on('error', () => this.#dropped(client))
    client.on('end', () => this.#dropped(client))
    client.on('notification', ({ payload }) => this.#onNotify(payload ?? ''))
    try {
      await client.connect()
      await client.query(`LISTEN ${this.#channel}`)
    } catch (error) {
      client.end().catch(() => {})
      throw toStoreError(error)
    }
    if (this.#stopping) {
      await client.end().catch(() => {})
      return
    }
    this.#client = client
    this.#retryMs = FIRST_RETRY_MS
    this.#beat()
    for (const back of [...this.#back]) back()
  }

  #beat(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const client = this.#client
      if (!client) return
      this.query('SELECT 1').then(
        () => this.#beat(),
        () => this.#dropped(client)
      )
    }, HEARTBEAT_MS)
    this.#timer.unref()
  }

  #dropped(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.#reconnects += 1
    // A connection that only fell silent may still be open, and its locks held: the server sees it closed.
    ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    this.#log.warn({ code: 'STORE_UNAVAILABLE' }, 'store session lost, connecting again')
    for (const lost of [...this.#lost]) lost()
    this.#reconnectLater()
  }

  #reconnectLater(): void {
    if (this.#stopping) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#connect().catch(() => this.#reconnectLater())
    }, this.#retryMs)
    this.#timer.unref()
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS)
  }
}
