import { parseMessage } from '../../adapters/hl7v2/parse.ts'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import type { Step } from './day.ts'

export interface Played {
  step: Step
  /** performance.now() just before the first byte. */
  sentAt: number
  /** MSA-1 or DIMSE status of the answer. */
  answer: string
}

/**
 * Sends every step over the socket of its sender, one after the other, as such systems do. No hospital sends a day in a second:
 * what somebody made (a result, an order, an ECG) comes when the server is done with what came before.
 */
export async function play(
  steps: Step[],
  addresses: Record<Step['from'], string>,
  { onStep, workedOff }: { onStep(step: Step): void; workedOff(): Promise<void> }
): Promise<Played[]> {
  const clients = new Map(
    (['HIS', 'LIS', 'CART'] as const).map((from) => {
      const { hostname, port } = new URL(addresses[from].replace('mllp:', 'http:'))
      return [from, createMllpClient({ host: hostname, port: Number(port), timeoutMs: 30_000 })] as const
    })
  )
  const modality = parseDicomAddress(addresses.MODALITY)
  const played: Played[] = []
  for (const step of steps) {
    onStep(step)
    if (step.unhurried) await workedOff()
    const bytes = step.bytes(new Date())
    const sentAt = performance.now()
    played.push({
      step,
      sentAt,
      answer: step.from === 'MODALITY' ? await store(modality, bytes) : await ask(clients.get(step.from)!, bytes)
    })
  }
  await Promise.all([...clients.values()].map((client) => client.close()))
  return played
}

async function ask(client: ReturnType<typeof createMllpClient>, bytes: Uint8Array): Promise<string> {
  try {
    const { code, reply } = await client.send(bytes)
    const err = parseMessage(reply).first('ERR')
    return err ? `${code} ${err.get(3)}` : code
  } catch (error) {
    return asAppError(error).code
  }
}

async function store(peer: ReturnType<typeof parseDicomAddress>, bytes: Uint8Array): Promise<string> {
  const [result] = await sendInstances(peer, [bytes])
  return result?.status === undefined
    ? (result?.error?.code ?? 'no answer')
    : result.status.toString(16).padStart(4, '0')
}
