import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { json, pause } from '../integration/support/kill-site.ts'
import type { Addresses } from '../integration/support/serve-child.ts'
import type { Sent } from './load.ts'

const TIMEOUT_MS = 5000
const MAX_TRIES = 2000

export interface Line {
  /** Where the server listens now; waits while it is down. */
  where(): Promise<Addresses>
  onAcknowledged(sent: Sent): void
  /** The same message went out again, since no answer came. */
  onResend?(): void
  /** Nobody waits for the answer any more. */
  isAbandoned?(): boolean
}

/** One sending system: its messages in their order, each again and again until it is acknowledged. */
export async function sendLine(
  queue: AsyncIterable<Sent>,
  { where, onAcknowledged, onResend, isAbandoned }: Line
): Promise<void> {
  let client: { address: string; mllp: ReturnType<typeof createMllpClient> } | undefined
  const mllpTo = async (address: string) => {
    if (client?.address !== address) {
      await client?.mllp.close()
      const { hostname: host, port } = new URL(address.replace('mllp:', 'http:'))
      client = { address, mllp: createMllpClient({ host, port: Number(port), timeoutMs: TIMEOUT_MS }) }
    }
    return client!.mllp
  }
  for await (const sent of queue) {
    const { item } = sent
    for (let tries = 0; ; tries++) {
      if (tries > 0) onResend?.()
      try {
        const { http, feeds } = await where()
        if (item.kind === 'rest') await postBundle(http, item.bytes)
        else if (item.kind === 'dicom') await store(feeds.dicom!, item.bytes)
        else {
          const { code } = await (await mllpTo(feeds.hl7!)).send(item.bytes)
          if (code !== 'AA' && code !== 'CA') throw new Error(`answered ${code}`)
        }
        onAcknowledged(sent)
        break
      } catch (error) {
        if (isAbandoned?.()) break
        if (tries > MAX_TRIES) throw new Error(`${item.id} was never acknowledged: ${(error as Error).message}`)
        await pause(20)
      }
    }
  }
  await client?.mllp.close()
}

const postBundle = (http: string, bytes: Uint8Array) =>
  json(`${http}/fhir/R4`, {
    method: 'POST',
    headers: { 'content-type': 'application/fhir+json' },
    body: Buffer.from(bytes)
  })

async function store(address: string, bytes: Uint8Array): Promise<void> {
  const peer = parseDicomAddress(address.replace('dicom://', 'dicom://CART@'))
  const [result] = await sendInstances(peer, [bytes], { timeoutMs: TIMEOUT_MS })
  if (result?.status !== 0) throw new Error(`DIMSE ${result?.status} ${result?.error?.code}`)
}
