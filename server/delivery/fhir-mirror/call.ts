import { MedplumClient } from '@medplum/core'
import type { Bundle } from '@medplum/fhirtypes'
import type { Sent } from '../../../core/destination.ts'
import type { MirrorOptions } from './options.ts'

const MAX_ANSWER_BYTES = 4 * 2 ** 20
/** Statuses after which the same call may succeed later (design section 4); 401 is about our token, not about the item. */
const AGAIN = new Set([401, 408, 425, 429])

/** How a call ended when it did not end with a transaction response; thrown through the client. */
class Ended extends Error {
  readonly sent: Sent

  constructor(sent: Sent) {
    super(sent.kind)
    this.sent = sent
  }
}

/**
 * Sends a transaction through @medplum/core's client and judges the answer by what the wire says: the status first, then
 * every entry of the transaction response, counted.
 *
 * The client (5.2.13) is given a `fetch` of ours because its own prints a body that is no JSON to the console, follows its own
 * retries, and keeps neither status nor Retry-After. Ours sends the token to no other place (no redirect is followed), bounds
 * time and size of the whole answer, and ends the call itself on anything but a Bundle.
 */
export async function sendTransaction(bundle: Bundle, eventId: string, options: MirrorOptions): Promise<Sent> {
  const client = new MedplumClient({
    baseUrl: options.base,
    fhirUrlPath: '',
    fetch: (url: string, init: RequestInit) => judgedFetch(url, init, options),
    cacheTime: 0,
    maxRetries: 0,
    extendedMode: false
  })
  try {
    const answer = await client.executeBatch(bundle, {
      headers: { 'x-hisbundle-event-id': eventId, prefer: 'return=minimal' }
    })
    return judgeEntries(answer, bundle.entry?.length ?? 0)
  } catch (error) {
    return error instanceof Ended ? error.sent : { kind: 'retry', code: 'DESTINATION_UNREACHABLE' }
  }
}

async function judgedFetch(url: string, init: RequestInit, options: MirrorOptions): Promise<Response> {
  const headers = new Headers(init.headers)
  const authorization = options.authorization()
  if (authorization) headers.set('authorization', authorization)
  const signal = AbortSignal.timeout(options.timeoutMs)
  const response = await fetch(url, { ...init, headers, redirect: 'manual', signal })
  const text = await boundedText(response)
  if (!response.ok) throw new Ended(judgeStatus(response.status, response.headers.get('retry-after')))
  // A page of a proxy or half a Bundle says nothing about the item.
  if (text === undefined || !isBundle(text)) throw new Ended({ kind: 'retry', code: 'ANSWER_UNREADABLE' })
  return new Response(text, { status: 200, headers: { 'content-type': 'application/fhir+json' } })
}

/** The whole answer, also when it drips: the caller's time-out holds until the last byte. undefined: too long. */
async function boundedText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function isBundle(text: string): boolean {
  try {
    const parsed = JSON.parse(text) as Bundle
    return parsed.resourceType === 'Bundle' && parsed.type === 'transaction-response'
  } catch {
    return false
  }
}

function judgeStatus(status: number, retryAfter?: string | null): Sent {
  const code = `HTTP_${status}`
  if (!AGAIN.has(status) && status < 500) return { kind: 'refused', code }
  const afterMs = Number(retryAfter ?? Number.NaN) * 1000
  return { kind: 'retry', code, ...(afterMs > 0 ? { afterMs } : {}) }
}

/** Only an answer to every entry is one (hardening A1-13: believe no summary). The worst entry decides. */
function judgeEntries(answer: Bundle, asked: number): Sent {
  const statuses = (answer.entry ?? []).map(({ response }) => Number.parseInt(response?.status ?? '', 10))
  if (statuses.length !== asked || statuses.some(Number.isNaN)) return { kind: 'retry', code: 'ANSWER_UNREADABLE' }
  const failed = statuses.filter((status) => status < 200 || status >= 300).map((status) => judgeStatus(status))
  return failed.find(({ kind }) => kind === 'retry') ?? failed[0] ?? { kind: 'delivered' }
}
