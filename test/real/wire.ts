import { connect } from 'node:net'
import { createFramer, encodeFrame } from '../../adapters/transports/mllp/framer.ts'

/** A bare MLLP peer: sends whatever bytes there are (MSH-10 may be empty) and gives back the next block. */
export async function mllpPeer(address: string, timeoutMs = 30_000) {
  const { hostname, port } = new URL(address.replace(/^mllp:/, 'http:'))
  const socket = connect(Number(port), hostname)
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.setNoDelay(true)
  const framer = createFramer()
  const blocks: Uint8Array[] = []
  let wake = (): void => {}
  socket.on('data', (chunk) => {
    for (const framed of framer.push(chunk)) if (framed.kind === 'frame') blocks.push(framed.bytes)
    wake()
  })
  return {
    async exchange(message: Uint8Array): Promise<string> {
      socket.write(encodeFrame(message))
      if (blocks.length === 0) {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error('no acknowledgement in time')), timeoutMs)
          wake = () => {
            if (blocks.length === 0) return
            clearTimeout(timer)
            resolve()
          }
        })
      }
      return Buffer.from(blocks.shift()!).toString('utf8')
    },
    close: () => void socket.destroy()
  }
}
