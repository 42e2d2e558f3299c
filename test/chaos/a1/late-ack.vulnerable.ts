import { connect } from 'node:net'
import { createFramer, encodeFrame } from '../../../adapters/transports/mllp/framer.ts'

/** Takes the next block that comes for the answer to what it sent last (late-ack.test.ts only). */
export function takesTheNext(port: number, timeoutMs: number) {
  const socket = connect({ host: '127.0.0.1', port })
  const framer = createFramer()
  let waiting: ((ok: boolean) => void) | undefined
  socket.on('data', (chunk) => {
    for (const framed of framer.push(chunk)) if (framed.kind === 'frame') waiting?.(true)
  })
  return {
    send: (bytes: Uint8Array): Promise<boolean> =>
      new Promise((resolve) => {
        waiting = resolve
        socket.write(encodeFrame(bytes))
        setTimeout(() => resolve(false), timeoutMs)
      }),
    async close(): Promise<void> {
      socket.destroy()
    }
  }
}
