import { createFramer } from '../../../adapters/transports/mllp/framer.ts'
import type { Talk } from './talk.ts'
import type { Outcome } from './target.ts'

/** The acknowledgements that came back: 'AA', 'AE HL7_FIELD_MISSING'. */
export function mllpOutcome({ bytes, stuck }: Talk): Outcome {
  if (stuck) return { codes: ['stuck'], fault: 'neither answered to the end nor closed' }
  const codes: string[] = []
  for (const framed of createFramer().push(bytes)) {
    const code = framed.kind === 'frame' ? ackOf(framed.bytes) : ''
    codes.push(code || 'broken answer')
  }
  const fault = codes.find((code) => code === 'broken answer' || code.includes('INTERNAL'))
  return {
    codes: codes.length > 0 ? codes : ['closed'],
    taken: codes.filter((code) => /^[AC]A\b/.test(code)).length,
    ...(fault ? { fault } : {})
  }
}

/** MSA-1 and, of an error, ERR-5 (our code); '' when the answer is no acknowledgement. */
function ackOf(bytes: Uint8Array): string {
  const segments = Buffer.from(bytes)
    .toString('latin1')
    .split('\r')
    .map((line) => line.split('|'))
  const ack = segments.find(([name]) => name === 'MSA')?.[1] ?? ''
  const error = segments.find(([name]) => name === 'ERR')?.[5]
  return /^[AC][AER]$/.test(ack) ? [ack, error].filter(Boolean).join(' ') : ''
}
