import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a test sees of one request. */
export interface ChatRequest {
  path: string
  headers: IncomingHttpHeaders
  system: string
  user: string
  body: Record<string, unknown>
}

/** How one request is answered. `say` is well-behaved: a completion with that text. */
export type ChatBehaviour =
  | { do: 'say'; text: string; finish?: string; refusal?: string; model?: string }
  /** The whole body as it is, with status and headers. */
  | { do: 'send'; status?: number; headers?: Record<string, string>; body: string | Uint8Array }
  | { do: 'say-late'; text: string; ms: number }
  | { do: 'hang' }
  /** Head and first bytes, then silence, or an end without a goodbye. */
  | { do: 'stall' | 'reset' }
  /** A completion whose text never seems to end. */
  | { do: 'flood'; bytes: number }

export interface ChatServer {
  /** Base URL, as a policy names it: 'http://127.0.0.1:41234/v1'. */
  endpoint: string
  host: string
  requests: ChatRequest[]
  /** Bytes of answers that were written: how much of a flood got through. */
  sent(): number
  stop(): Promise<void>
}

/**
 * A small server that speaks the chat-completions protocol, on loopback and a port of its own, and misbehaves as it is told.
 *
 * @param behave how the nth request (from 0) is answered
 */
export async function startChatServer(behave: (request: ChatRequest, n: number) => ChatBehaviour): Promise<ChatServer> {
  const requests: ChatRequest[] = []
  let sent = 0
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming)
    requests.push(request)
    response.on('error', () => {})
    answer(response, behave(request, requests.length - 1), (bytes) => {
      sent += bytes
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}/v1`,
    host: `127.0.0.1:${port}`,
    requests,
    sent: () => sent,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

async function readRequest(incoming: IncomingMessage): Promise<ChatRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>
  const messages = (body['messages'] ?? []) as { role: string; content: string }[]
  const of = (role: string): string => messages.find((message) => message.role === role)?.content ?? ''
  return { path: incoming.url ?? '', headers: incoming.headers, system: of('system'), user: of('user'), body }
}

function answer(response: ServerResponse, behaviour: ChatBehaviour, count: (bytes: number) => void): void {
  const json = { 'content-type': 'application/json' }
  switch (behaviour.do) {
    case 'say':
      response.writeHead(200, json).end(completion(behaviour.text, behaviour))
      return
    case 'say-late':
      setTimeout(() => response.writeHead(200, json).end(completion(behaviour.text)), behaviour.ms).unref()
      return
    case 'send':
      response.writeHead(behaviour.status ?? 200, { ...json, ...behaviour.headers }).end(behaviour.body)
      return
    case 'hang':
      return
    case 'stall':
    case 'reset':
      response.writeHead(200, { ...json, 'content-length': '5000' })
      response.write('{"choices":[', () => {
        if (behaviour.do === 'reset') response.socket?.resetAndDestroy()
      })
      return
    case 'flood':
      flood(response, behaviour.bytes, count)
  }
}

/** Writes only as fast as the other side reads, so that what it left unread is not counted. */
function flood(response: ServerResponse, bytes: number, count: (bytes: number) => void): void {
  const block = Buffer.alloc(16_384, 0x61)
  let left = bytes
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"choices":[{"message":{"content":"')
  const write = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= block.length
      count(block.length)
      if (!response.write(block)) {
        response.once('drain', write)
        return
      }
    }
    response.end('"}}]}')
  }
  write()
}

/** A chat completion with that text. */
export const completion = (
  text: string,
  { finish = 'stop', refusal, model = 'test-model' }: { finish?: string; refusal?: string; model?: string } = {}
): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model,
    choices: [
      {
        index: 0,
        finish_reason: finish,
        message: { role: 'assistant', content: text, ...(refusal ? { refusal } : {}) }
      }
    ]
  })
