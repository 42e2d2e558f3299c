import WebSocket from 'ws'
import type { LiveEcgDesk } from '../../../core/live-ecg.ts'
import { decodeStrip, encodeStrip } from '../../ecg/strip.ts'
import { defineTransportDriver } from '../../transport-driver.ts'
import { writeFrame } from './frame.ts'
import { type ServerMessage, SUBPROTOCOL } from './protocol.ts'

const TIMEOUT_MS = 5000
const RATE_HZ = 100
/** Half a second more than the window under which it is too large. */
const SECONDS = 1.5

/** Everybody is who they say, and every signal is good. */
const desk: LiveEcgDesk = {
  confirm: async () => undefined,
  read: () => ({ quality: { verdict: 'acceptable', reasons: [] }, heartRate: 60 }),
  follow: () => ({ answered: Promise.resolve(), end: () => undefined }),
  meter: {
    opened: () => undefined,
    closed: () => undefined,
    samples: () => undefined,
    gap: () => undefined,
    refused: () => undefined,
    strip: () => undefined,
    answered: () => undefined
  }
}

const hello = (n: number) => ({
  type: 'hello',
  signal: 'ecg',
  lead: 'I',
  rateHz: RATE_HZ,
  scaleUv: 1,
  source: 'device',
  startedAt: '2026-03-05T09:20:30.500Z',
  patient: { identifier: { value: `C${n}` }, family: 'Contract', birthDate: '1951-03-09' }
})

/** An honest device: hello, a strip in one frame, and what the server said of the strip. */
export default defineTransportDriver({
  options: { stripSeconds: [SECONDS], keepSeconds: 0 },
  context: { live: desk },
  timeless(bytes) {
    const { header, samples } = decodeStrip(bytes)
    return encodeStrip({ header: { ...header, session: 'any' }, samples })
  },
  send: (address, n) =>
    new Promise((resolve) => {
      const socket = new WebSocket(address, SUBPROTOCOL, { handshakeTimeout: TIMEOUT_MS })
      const timer = setTimeout(() => done('no-answer'), TIMEOUT_MS)
      const done = (outcome: 'taken' | 'refused' | 'no-answer'): void => {
        clearTimeout(timer)
        resolve(outcome)
        socket.terminate()
      }
      socket.on('open', () => socket.send(JSON.stringify(hello(n))))
      socket.on('error', () => done('no-answer'))
      socket.on('close', () => done('no-answer'))
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as ServerMessage
        if (message.type === 'ready') {
          const values = Int16Array.from({ length: RATE_HZ * SECONDS }, (_, i) => (i % 50) * 10 + n)
          socket.send(writeFrame({ index: 0, values }))
        } else if (message.type === 'strip') done(message.state === 'accepted' ? 'taken' : 'refused')
        else if (message.type === 'error') done('refused')
      })
    }),
  tooSmall: { windowSeconds: 1 },
  impatient: { helloSeconds: 0.2, idleSeconds: 0.2, heartbeatSeconds: 0.2 }
})
