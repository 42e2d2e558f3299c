/** Why a response was not read; the audit keeps the code. */
export class ResponseFault extends Error {
  readonly code: 'redirect' | 'too-large' | 'not-utf8' | 'timeout'

  constructor(code: ResponseFault['code']) {
    super(code)
    this.code = code
  }
}

/** An answer of 800 tokens is a few kilobytes; models that think aloud send more. */
export const MAX_BODY_BYTES = 512 * 1024

/** Headers that leave; the client's own tell of our machine, and could bring more from the environment. */
const SENT = new Set(['accept', 'content-type', 'authorization'])

/**
 * `fetch` for the chat client: follows no redirect, sends no header but the needed ones, reads no more than the limit, and takes only
 * proper UTF-8. The whole body is read here, so that the client's time-out covers it.
 *
 * @param hasKey without a key the client's placeholder is not sent either
 */
export function boundedFetch(hasKey: boolean, maxBytes = MAX_BODY_BYTES): typeof fetch {
  return async (url, init) => {
    const headers = new Headers(init?.headers)
    for (const name of [...headers.keys()]) if (!SENT.has(name)) headers.delete(name)
    if (!hasKey) headers.delete('authorization')
    const { response, text } = await read(url, { ...init, headers, redirect: 'manual' }, maxBytes)
    // As JSON whatever the service calls it: the client gives other types back as text.
    const kept = new Headers({ 'content-type': 'application/json' })
    const retryAfter = response.headers.get('retry-after')
    if (retryAfter !== null) kept.set('retry-after', retryAfter)
    return new Response(text, { status: response.status, headers: kept })
  }
}

async function read(
  url: Parameters<typeof fetch>[0],
  init: RequestInit,
  maxBytes: number
): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(url, init)
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      throw new ResponseFault('redirect')
    }
    return { response, text: await readText(response, maxBytes) }
  } catch (error) {
    // Whoever gave up first is known here for certain; the client guesses it from the words of an error.
    if (init.signal?.aborted) throw new ResponseFault('timeout')
    throw error
  }
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop by a throw cancels the stream, and with it the connection.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new ResponseFault('too-large')
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new ResponseFault('not-utf8')
  }
}
