import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Sent } from '../../core/destination.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { type Resolve, safeAddress } from './safe-address.ts'

export interface HttpCall {
  method: 'POST' | 'PUT' | 'GET'
  url: string
  headers: Record<string, string>
  body?: Uint8Array
  timeoutMs: number
  allowedHosts: readonly string[]
  /** Name service; default the system's. */
  resolve?: Resolve
}

/** Statuses after which the same call may succeed later (design section 4). */
const AGAIN = new Set([408, 425, 429])

/**
 * One HTTP call to a peer: the address is checked and pinned, redirects are not followed (they are refused), the answer
 * body is discarded unread.
 */
export async function httpCall(call: HttpCall): Promise<Sent> {
  const url = new URL(call.url)
  const signal = AbortSignal.timeout(call.timeoutMs)
  const { address, family } = await withinTime(safeAddress(url, call.allowedHosts, call.resolve), signal)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve) => {
    const unreachable = (): void => resolve({ kind: 'retry', code: 'DESTINATION_UNREACHABLE' })
    const request = send(
      url,
      {
        method: call.method,
        headers: {
          ...call.headers,
          ...(call.body ? { 'content-length': String(call.body.length) } : { 'content-length': '0' })
        },
        lookup: (_host, options, done) => {
          if (options.all)
            (done as unknown as (error: null, list: { address: string; family: number }[]) => void)(null, [
              { address, family }
            ])
          else done(null, address, family)
        },
        timeout: call.timeoutMs,
        signal
      },
      (response) => {
        const status = response.statusCode ?? 0
        response.resume()
        if (status >= 200 && status < 300) resolve({ kind: 'delivered' })
        else if (AGAIN.has(status) || status >= 500) resolve({ kind: 'retry', code: `HTTP_${status}` })
        else resolve({ kind: 'refused', code: `HTTP_${status}` })
      }
    )
    request.on('error', unreachable)
    request.on('timeout', () => request.destroy())
    request.end(call.body)
  })
}

/** A name server that does not answer is a peer that does not answer. @throws AppError DESTINATION_UNREACHABLE */
function withinTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new AppError('DESTINATION_UNREACHABLE', { reason: 'timeout' })))
    work.then(resolve, reject)
  })
}
