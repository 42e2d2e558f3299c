import { connect } from 'node:net'

export interface RawRequest {
  method: string
  path: string
  headers?: Record<string, string>
  /** Bytes of the body that are sent; the length that was announced may be longer. */
  body?: string
  announced?: number
  /** Own address of the connection: any of 127.0.0.0/8 on Linux. */
  from?: string
  /** Default 5 s. */
  timeoutMs?: number
}

export interface RawAnswer {
  status: number
  head: string
  body: string
  /** The server closed the connection; else the answer was whole and it stayed open. */
  closed: boolean
}

/**
 * One request written to a socket as it stands, so that a body can stay unfinished. Resolves when the server closes or its
 * answer is whole; rejects when neither happens.
 */
export function rawRequest(base: string, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(base)
  const { method, path, headers = {}, body = '', announced = body.length, from, timeoutMs = 5000 } = request
  const length: Record<string, string> = announced > 0 ? { 'Content-Length': String(announced) } : {}
  const lines = Object.entries({ Host: host, ...length, ...headers }).map(([name, value]) => `${name}: ${value}`)
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname, ...(from ? { localAddress: from } : {}) })
    let text = ''
    const end = (closed: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      const [head = '', ...rest] = text.split('\r\n\r\n')
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n'), closed })
    }
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`${method} ${path}: neither a whole answer nor an end: ${text.split('\r\n')[0]}`))
    }, timeoutMs)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const [head = '', rest] = text.split(/\r\n\r\n(.*)/s)
      if (rest === undefined || /^connection: close/im.test(head)) return
      const whole = /^content-length: (\d+)/im.exec(head)?.[1]
      if (/^HTTP\/1\.1 (101|204|304)/.test(head) || (whole && Buffer.byteLength(rest) >= Number(whole))) end(false)
      else if (/^transfer-encoding: chunked/im.test(head) && rest.endsWith('0\r\n\r\n')) end(false)
    })
    socket.on('close', () => end(true))
    socket.on('error', (error) => {
      if (text === '') {
        clearTimeout(timer)
        reject(error)
      }
    })
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  })
}
