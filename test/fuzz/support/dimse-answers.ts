import { walkDataSet } from '../../../dicom/elements.ts'
import type { Talk } from './talk.ts'
import type { Outcome } from './target.ts'

const NAMES: Readonly<Record<number, string>> = {
  2: 'ASSOCIATE-AC',
  3: 'ASSOCIATE-RJ',
  4: 'P-DATA',
  6: 'RELEASE-RP',
  7: 'ABORT'
}
const LIMITS = { maxBytes: 16_384, maxDepth: 1, maxElements: 64 }

/** The PDUs that came back, with the status of each response; 'closed' when there were none. */
export function dimseOutcome({ bytes, stuck }: Talk): Outcome {
  if (stuck) return { codes: ['stuck'], fault: 'neither answered to the end nor closed' }
  const codes: string[] = []
  let taken = 0
  for (let at = 0; at + 6 <= bytes.length; ) {
    const type = bytes[at]!
    const length = bytes.readUInt32BE(at + 2)
    const name = NAMES[type]
    if (!name || at + 6 + length > bytes.length) return { codes: ['broken answer'], fault: 'an answer is no PDU' }
    if (type === 0x04) {
      const { field, status } = responseOf(bytes.subarray(at + 12, at + 6 + length))
      codes.push(`${field === 0x8001 ? 'C-STORE' : field === 0x8030 ? 'C-ECHO' : 'response'} ${hex(status)}`)
      if (field === 0x8001 && status === 0) taken++
    } else if (type !== 0x02 && type !== 0x06) codes.push(name)
    else if (codes.length === 0 || type === 0x06) codes.push(name)
    at += 6 + length
  }
  return { codes: codes.length > 0 ? codes : ['closed'], taken }
}

function responseOf(command: Uint8Array): { field: number | undefined; status: number | undefined } {
  const set = walkDataSet(command, 0, { explicit: false, littleEndian: true }, { limits: LIMITS })
  return { field: set.number(0x00000100), status: set.number(0x00000900) }
}

const hex = (status: number | undefined): string =>
  status === undefined ? 'without status' : status.toString(16).toUpperCase().padStart(4, '0')
