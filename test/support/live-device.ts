import WebSocket from 'ws'
import { writeFrame } from '../../adapters/transports/websocket-ecg/frame.ts'
import { type ServerMessage, SUBPROTOCOL } from '../../adapters/transports/websocket-ecg/protocol.ts'

export type Told<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>

export interface DeviceOptions {
  /** What is offered beside the sub-protocol; default that alone. */
  protocols?: string[]
  headers?: Record<string, string>
  /** Path and query; default '/stream/ecg'. */
  path?: string
  /** How long is waited for anything; default 10 s. */
  patienceMs?: number
}

/** A simulated handheld for tests and benches: it heeds the window unless told otherwise. */
export class LiveDevice {
  readonly messages: ServerMessage[] = []
  readonly socket: WebSocket
  /** How the connection ended. */
  closed: { code: number; reason: string } | undefined
  /** HTTP status of a refused upgrade. */
  refused: number | undefined
  next = 0
  #until = 0
  readonly #patienceMs: number
  readonly #waiting = new Set<() => void>()

  /** @param http 'http://host:port', or the 'ws://...' address of a feed with a port of its own */
  constructor(
    http: string,
    { protocols = [SUBPROTOCOL], headers, path = '/stream/ecg', patienceMs = 10_000 }: DeviceOptions = {}
  ) {
    this.#patienceMs = patienceMs
    const url = http.startsWith('ws') ? http : `${http.replace('http', 'ws')}${path}`
    this.socket = new WebSocket(url, protocols, { headers })
    this.socket.on('open', () => this.#wake())
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ServerMessage
      if (message.type === 'ready' || message.type === 'ack') this.#until = message.until
      if (message.type === 'ready') this.next = message.next
      this.messages.push(message)
      this.#wake()
    })
    this.socket.on('unexpected-response', (_request, response) => {
      this.refused = response.statusCode
      response.resume()
      this.#wake()
    })
    this.socket.on('error', () => this.#wake())
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) }
      this.#wake()
    })
  }

  async open(): Promise<this> {
    await this.until('open', () => this.socket.readyState === this.socket.OPEN || this.refused !== undefined)
    return this
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  /** Says hello and waits for the answer: ready, or an error. */
  async hello(hello: object): Promise<Told<'ready'>> {
    await this.open()
    this.say(hello)
    await this.until('ready', () => this.of('ready').length > 0 || this.closed !== undefined)
    const ready = this.of('ready').at(-1)
    if (!ready) throw new Error(`refused: ${JSON.stringify(this.of('error'))}`)
    return ready
  }

  frame(index: number, values: Int16Array): void {
    this.socket.send(writeFrame({ index, values }))
  }

  /** Sends samples from where the device is, as fast as the window lets it, in frames of `size`. */
  async send(values: Int16Array, size = 125): Promise<void> {
    for (let from = 0; from < values.length; from += size) {
      const piece = values.subarray(from, from + size)
      await this.until('credit', () => this.next + piece.length <= this.#until || this.closed !== undefined)
      if (this.closed) return
      this.frame(this.next, piece)
      this.next += piece.length
    }
  }

  of<Type extends ServerMessage['type']>(type: Type): Told<Type>[] {
    return this.messages.filter((message): message is Told<Type> => message.type === type)
  }

  /** Waits for a message that fits. */
  async told<Type extends ServerMessage['type']>(
    type: Type,
    fits: (message: Told<Type>) => boolean = () => true,
    timeoutMs?: number
  ): Promise<Told<Type>> {
    const find = (): Told<Type> | undefined => this.of(type).find(fits)
    await this.until(type, () => find() !== undefined, timeoutMs)
    return find()!
  }

  async until(what: string, is: () => boolean, timeoutMs = this.#patienceMs): Promise<void> {
    if (is()) return
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!is()) return
        done()
        resolve()
      }
      const timer = setTimeout(() => {
        done()
        const last = JSON.stringify([...this.messages.slice(-3), this.closed])
        reject(new Error(`waited ${timeoutMs} ms in vain for ${what}; last ${last}`))
      }, timeoutMs)
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(look)
      }
      this.#waiting.add(look)
    })
  }

  async ended(timeoutMs?: number): Promise<{ code: number; reason: string }> {
    await this.until('the end', () => this.closed !== undefined, timeoutMs)
    return this.closed!
  }

  cut(): void {
    this.socket.terminate()
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look()
  }
}
