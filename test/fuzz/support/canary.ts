import { encodeFrame } from '../../../adapters/transports/mllp/framer.ts'
import { parseDicomAddress } from '../../../dicom/net/peer.ts'
import { echo } from '../../../dicom/net/scu.ts'
import type { FuzzServer } from './server.ts'
import { addressOf, talk } from './talk.ts'

let count = 0

/** A neighbour that does everything right on all three doors. @returns what failed, undefined when all was answered */
export async function canary(server: FuzzServer): Promise<string | undefined> {
  const id = `CANARY${++count}`
  const message = [
    `MSH|^~\\&|LAB|HOSP|HIS|HOSP|20260310081500+0000||ADT^A08^ADT_A01|${id}|P|2.5.1`,
    'EVN|A08|20260310081500+0000',
    'PID|1||C1^^^HOSP^MR||Canary^Test||19510309|F',
    'PV1|1|N'
  ].join('\r')
  const [answer, alive, verified] = await Promise.all([
    talk(addressOf(server.mllp), [encodeFrame(Buffer.from(`${message}\r`))]),
    fetch(`${server.http}/healthz`, { signal: AbortSignal.timeout(60_000) }).then(
      ({ ok }) => ok,
      () => false
    ),
    echo({ ...parseDicomAddress(server.dimse), callingAeTitle: 'CANARY' }, { timeoutMs: 60_000 }).then(
      ({ status }) => status === 0,
      () => false
    )
  ])
  if (!answer.bytes.includes(`MSA|AA|${id}`)) return 'a valid message over MLLP was not accepted'
  if (!alive) return 'the HTTP health page did not answer'
  if (!verified) return 'C-ECHO was not answered'
  return undefined
}
