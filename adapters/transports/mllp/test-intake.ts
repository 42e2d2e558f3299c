import { connect, type Socket } from 'node:net'
import type { AppError } from '../../../core/errors/app-error.ts'
import { silentLogger } from '../../../core/log.ts'
import type { Arrival, Receipt, Settlement, TransportContext } from '../../../core/transport.ts'
import { encodeFrame } from './framer.ts'

/** Simulated intake for the transport tests: remembers what came, takes it when the script lets it. */
export interface TestIntake {
  context: TransportContext
  accepted: Arrival[]
  refused: { arrival: Arrival; error: AppError }[]
  kept: Uint8Array[]
}

export interface IntakeScript {
  options?: Record<string, unknown>
  accept?(arrival: Arrival, n: number): Promise<void> | void
  settlement?: Settlement | Promise<Settlement>
  reply?: Uint8Array
  duplicate?: Receipt['duplicate']
  storedReply?: Uint8Array
}

export function testIntake(script: IntakeScript = {}): TestIntake {
  const intake: TestIntake = {
    accepted: [],
    refused: [],
    kept: [],
    context: {
      feed: 'test',
      options: { port: 0, ...script.options },
      log: silentLogger,
      spoolDir: '',
      refuse: (arrival, error) => void intake.refused.push({ arrival, error }),
      async accept(arrival) {
        const n = intake.accepted.push(arrival)
        await script.accept?.(arrival, n)
        const settled = Promise.resolve(script.settlement ?? { state: 'recorded' as const })
        return {
          envelopeId: `E${n}`,
          duplicate: script.duplicate ?? 'none',
          storedReply: script.storedReply,
          settled,
          reply: async () => {
            await settled
            return script.reply
          },
          keepReply: (bytes) => void intake.kept.push(bytes)
        }
      }
    }
  }
  return intake
}

/** A simulated ORU^R01 of some 250 bytes. */
export const oruText = (controlId: string, { msh15 = '', msh16 = '', body = '4.1' } = {}): string =>
  [
    `MSH|^~\\&|LAB^1.2.3^ISO|NORTH|HB|HOSP|20260131235900+0100||ORU^R01^ORU_R01|${controlId}|T|2.5.1|||${msh15}|${msh16}||8859/1`,
    'PID|1||T0001^^^HOSP^MR||TEST^SIMULATED||19700101|F',
    'OBR|1|P1|F1|K^Potassium^L|||20260131230000',
    `OBX|1|NM|K^Potassium^L||${body}|mmol/L|||||F`,
    ''
  ].join('\r')

export const oru = (controlId: string, options?: Parameters<typeof oruText>[1]): Buffer =>
  Buffer.from(oruText(controlId, options), 'latin1')

/** A bare peer: writes what it is told, collects what it gets. */
export interface Peer {
  socket: Socket
  /** Message texts of the blocks received so far. */
  answers: string[]
  /** Resolves when that many blocks have come; rejects when the server closes before. */
  until(count: number): Promise<string[]>
  closed: Promise<void>
}

/** @param given a socket that is connected already (TLS); absent: plain TCP to the address */
export async function connectPeer(address: string, given?: Socket): Promise<Peer> {
  const { port, hostname } = new URL(address.replace(/^mllps?/, 'http'))
  const socket = given ?? connect(Number(port), hostname)
  let text = ''
  const answers: string[] = []
  const wakers = new Set<() => void>()
  const wake = (): void => {
    for (const waker of wakers) waker()
  }
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    for (let end = text.indexOf('\x1c\r'); end >= 0; end = text.indexOf('\x1c\r')) {
      answers.push(text.slice(text.indexOf('\x0b') + 1, end))
      text = text.slice(end + 2)
    }
    wake()
  })
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  void closed.then(wake)
  if (!given) await Promise.race([new Promise<void>((resolve) => socket.once('connect', () => resolve())), closed])
  return {
    socket,
    answers,
    closed,
    until: (count) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (answers.length >= count) resolve(answers)
          else if (socket.closed) reject(new Error(`closed after ${answers.length} of ${count} answers`))
          else return
          wakers.delete(look)
        }
        wakers.add(look)
        look()
      })
  }
}

export const blocks = (...messages: Uint8Array[]): Buffer => Buffer.concat(messages.map(encodeFrame))

export const segmentsOf = (answer: string): string[][] =>
  answer
    .split('\r')
    .filter(Boolean)
    .map((line) => line.split('|'))

/** 'AA MSG1' of an acknowledgement. */
export function msaOf(answer: string): string {
  const msa = segmentsOf(answer).find(([name]) => name === 'MSA')
  return `${msa?.[1]} ${msa?.[2] ?? ''}`
}
