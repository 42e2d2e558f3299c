import { type AddressInfo, createServer } from 'node:net'
import { buildAck } from '../../adapters/hl7v2/ack.ts'
import { parseMessage } from '../../adapters/hl7v2/parse.ts'
import { createFramer, encodeFrame } from '../../adapters/transports/mllp/framer.ts'

export interface LabReceipt {
  type: string
  placer: string
  /** ORC-1 of an ORL; 'code value' of each OBX of an ORU. */
  content: string
  at: number
}

/** The laboratory's own MLLP port: takes ORL and ORU, acknowledges, and keeps what it got. */
export async function startLabSystem() {
  const got: LabReceipt[] = []
  const server = createServer((socket) => {
    const framer = createFramer({ maxFrameBytes: 1024 * 1024 })
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      for (const event of framer.push(chunk)) {
        if (event.kind !== 'frame') continue
        const message = parseMessage(event.bytes)
        got.push({ ...describe(message), at: performance.now() })
        socket.write(encodeFrame(buildAck(message, { code: 'AA', controlId: `LIS${got.length}`, time: new Date() })))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `mllp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    stop: () => {
      server.close()
    }
  }
}

function describe(message: ReturnType<typeof parseMessage>): Omit<LabReceipt, 'at'> {
  const orc = message.first('ORC')
  const values = message.all('OBX').map((obx) => `${obx.get(3)} ${obx.get(5) || obx.get(11)}`)
  return {
    type: `${message.type}^${message.event}`,
    placer: orc?.get(2) ?? '',
    content: message.type === 'ORL' ? `${orc?.get(1) ?? ''} filler ${orc?.get(3) ?? ''}` : values.join(', ')
  }
}
