import { connect } from 'node:net'
import { defineTransportDriver } from '../../transport-driver.ts'
import { createFramer, encodeFrame } from './framer.ts'

const TIMEOUT_MS = 5000

const message = (n: number): Buffer =>
  Buffer.from(JSON.stringify({ resourceType: 'Patient', id: `contract-${n}`, name: [{ text: 'x'.repeat(2000) }] }))

/** An honest peer: one message a connection, the answer by its first word. */
export default defineTransportDriver({
  send: (address, n) =>
    new Promise((resolve) => {
      const framer = createFramer(1000)
      const socket = connect(Number(/:(\d+)$/.exec(address)?.[1]), '127.0.0.1')
      const end = (said: 'taken' | 'refused' | 'no-answer'): void => {
        socket.destroy()
        resolve(said)
      }
      socket.setTimeout(TIMEOUT_MS, () => end('no-answer'))
      socket.on('error', () => end('no-answer'))
      socket.on('close', () => end('no-answer'))
      socket.on('data', (chunk) => {
        const [answer] = framer.push(chunk)
        if (answer) end(Buffer.from(answer).toString().startsWith('taken ') ? 'taken' : 'refused')
      })
      socket.write(encodeFrame(message(n)))
    }),
  tooSmall: { maxBytes: 1000 },
  impatient: { idleTimeoutMs: 200 }
})
