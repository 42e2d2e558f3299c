import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, asAppError } from '../../../core/errors/app-error.ts'
import { toOutcome } from '../../../core/errors/to-outcome.ts'
import { toHttpStatus } from '../../../core/errors/to-status.ts'
import type { Arrival, Receipt, Settlement, TransportContext } from '../../../core/transport.ts'
import { splitMessages } from '../../hl7v2/split.ts'
import { checkStructure } from '../../hl7v2/structure.ts'
import { detect } from './detect.ts'
import { type DropOptions, readDropOptions } from './options.ts'
import { type BodyBudget, readBody } from './read-body.ts'

export type DropHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface DropHandlerOptions {
  /** One context a feed; a request names its feed in the last step of the path, else the first takes it. */
  feeds: readonly TransportContext[]
  /** Path under which the handler is mounted; default '/inbound'. */
  path?: string
}

/** One message of a request, as the answer tells of it. */
interface DropResult {
  envelopeId?: string
  state: 'received' | Settlement['state']
  duplicate?: Receipt['duplicate']
  error?: ReturnType<AppError['toJSON']>
}

/** Longest wait that `Prefer: wait=` gets. */
const MAX_WAIT_SECONDS = 30

/**
 * Node http handler of POST /inbound[/feed]: body -> family -> messages -> accept each in order -> answer.
 *
 * 202 when all were taken (200 with `Prefer: wait`), 207 when some were; else the status of the first error with an
 * OperationOutcome. Never answers 2xx before the append of what it names.
 */
export function createDropHandler({ feeds, path = '/inbound' }: DropHandlerOptions): DropHandler {
  const budgets = new Map<TransportContext, BodyBudget>()
  return async (request, response) => {
    try {
      if (request.method !== 'POST') throw new AppError('BAD_REQUEST', { reason: 'method' })
      const context = findFeed(feeds, path, request.url ?? '')
      const options = readDropOptions(context.options)
      const budget = budgets.get(context) ?? { used: 0, limit: options.maxBufferedBytes }
      budgets.set(context, budget)
      const body = await readBody(request, options.maxBytes, budget)
      try {
        await takeBody(body.bytes, request, response, { context, options })
      } finally {
        body.release()
      }
    } catch (error) {
      refuse(request, response, asAppError(error))
    }
  }
}

interface Feed {
  context: TransportContext
  options: DropOptions
}

async function takeBody(
  bytes: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
  feed: Feed
): Promise<void> {
  const detected = detect(bytes, request.headers['content-type'])
  if (!detected) throw new AppError('NO_FORMAT', { reason: 'unrecognised' })
  const parts = detected.family === 'hl7v2' ? splitMessages(bytes) : [bytes]
  const peer = request.socket.remoteAddress ?? ''
  const waitMs = waitSeconds(request) * 1000
  // All are handed over at once, in their order; the intake queues them.
  const results = await Promise.all(parts.map((part) => takePart({ ...detected, bytes: part, peer }, feed, waitMs)))
  answer(response, results, waitMs > 0)
}

function findFeed(feeds: readonly TransportContext[], path: string, url: string): TransportContext {
  const { pathname } = new URL(url, 'http://localhost')
  const base = path.replace(/\/$/, '')
  // Mounted by express the path is already cut off; on our own port it is not.
  const name = (pathname.startsWith(base) ? pathname.slice(base.length) : pathname).replace(/^\/|\/$/g, '')
  const feed = name === '' ? feeds[0] : feeds.find((context) => context.feed === decodeName(name))
  if (!feed) throw new AppError('FEED_UNKNOWN')
  return feed
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

async function takePart(arrival: Arrival, { context, options }: Feed, waitMs: number): Promise<DropResult> {
  if (arrival.family === 'hl7v2') {
    const { message, error } = checkStructure(arrival.bytes, options)
    if (message?.controlId) arrival.correlation = { messageControlId: message.controlId }
    if (error) {
      context.refuse(arrival, error)
      return { state: 'refused', error: error.toJSON() }
    }
  }
  try {
    const { envelopeId, duplicate, settled } = await context.accept(arrival)
    const settlement = waitMs > 0 ? await withinTime(settled, waitMs) : undefined
    return { envelopeId, state: settlement?.state ?? 'received', duplicate, error: settlement?.error }
  } catch (error) {
    return { state: 'refused', error: asAppError(error, 'BUS_UNAVAILABLE').toJSON() }
  }
}

function answer(response: ServerResponse, results: DropResult[], hasWaited: boolean): void {
  const taken = results.filter(({ envelopeId }) => envelopeId !== undefined)
  const refused = results.find(({ envelopeId }) => envelopeId === undefined)
  if (taken.length === 0) {
    const { code, at, reason } = refused?.error ?? { code: 'BAD_REQUEST', reason: 'empty' }
    throw new AppError(code as AppError['code'], { at, reason })
  }
  const status = refused ? 207 : hasWaited ? 200 : 202
  send(response, status, 'application/json', results.length === 1 ? results[0] : { messages: results })
}

function refuse(request: IncomingMessage, response: ServerResponse, error: AppError): void {
  if (response.headersSent || response.destroyed) return
  // What was not read of the body would be taken for the next request.
  response.setHeader('Connection', 'close')
  if (error.code === 'BACK_PRESSURE') response.setHeader('Retry-After', '1')
  const status = error.reason === 'method' ? 405 : toHttpStatus(error)
  send(response, status, 'application/fhir+json', toOutcome(error))
  request.unpipe()
  request.resume()
}

function send(response: ServerResponse, status: number, mediaType: string, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'Content-Type': mediaType, 'Content-Length': bytes.length, 'Cache-Control': 'no-store' })
  response.end(bytes)
}

/** RFC 7240 section 4.3. */
function waitSeconds(request: IncomingMessage): number {
  const match = /(?:^|[,;\s])wait=(\d{1,5})/.exec(String(request.headers['prefer'] ?? ''))
  return match ? Math.min(Number(match[1]), MAX_WAIT_SECONDS) : 0
}

async function withinTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
