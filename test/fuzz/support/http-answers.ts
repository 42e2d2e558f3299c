import { request } from 'node:http'
import { SILENCE_MS, type Talk } from './talk.ts'
import type { Outcome } from './target.ts'

/** An OperationOutcome's code, the error of a receipt, or that of an admin answer. */
function codeIn(body: string): string {
  return /"code":"([A-Z][A-Z0-9_]{4,})"/.exec(body)?.[1] ?? ''
}

function outcomeOf(status: number, body: string): Outcome {
  const code = [status, codeIn(body)].filter(Boolean).join(' ')
  // 503 and 429 say that it may be tried again; any other 5xx, and an error without a code of ours, is a defect.
  const isDefect = code.includes('INTERNAL') || (status >= 500 && ![501, 503, 504, 505].includes(status))
  return { codes: [code], ...(isDefect ? { fault: `answered ${code}` } : {}) }
}

export interface Sending {
  method: string
  path: string
  headers?: Record<string, string>
  body?: Uint8Array
}

/** One request by Node's client; what cannot be written as one goes by `talk` and `rawHttpOutcome`. */
export function send(base: string, { method, path, headers = {}, body }: Sending): Promise<Outcome & { body: string }> {
  return new Promise((resolve) => {
    const sent = request(
      base,
      {
        method,
        path,
        headers: { ...headers, ...(body ? { 'content-length': body.length } : {}) },
        timeout: SILENCE_MS,
        agent: false
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', () => resolve({ codes: ['cut answer'], fault: 'the answer was cut off', body: '' }))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ ...outcomeOf(response.statusCode ?? 0, text), body: text })
        })
      }
    )
    sent.on('timeout', () => {
      sent.destroy()
      resolve({ codes: ['stuck'], fault: 'no answer', body: '' })
    })
    // The server may refuse and close before it has read the body: then the answer is lost with the connection.
    sent.on('error', (error: { code?: string }) => resolve({ codes: [`connection ${error.code}`], body: '' }))
    sent.end(body)
  })
}

/** POST /inbound. */
export async function postFile(base: string, mediaType: string, body: Uint8Array): Promise<Outcome> {
  const { body: text, ...outcome } = await send(base, {
    method: 'POST',
    path: '/inbound',
    headers: { 'content-type': mediaType },
    body
  })
  const taken = text.match(/"envelopeId"/g)?.length ?? 0
  return { ...outcome, taken }
}

/** Statuses of the answers on a raw connection, each with our code. */
export function rawHttpOutcome({ bytes, stuck }: Talk): Outcome {
  if (stuck) return { codes: ['stuck'], fault: 'neither answered to the end nor closed' }
  const parts = bytes.toString('latin1').split(/(?=HTTP\/1\.[01] \d{3})/)
  const outcomes = parts.flatMap((part) => {
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(part)?.[1]
    return status && status !== '100' ? [outcomeOf(Number(status), part)] : []
  })
  const fault = outcomes.find((outcome) => outcome.fault)?.fault
  const codes = outcomes.flatMap((outcome) => outcome.codes)
  return { codes: codes.length > 0 ? codes : ['closed'], ...(fault ? { fault } : {}) }
}
