import { buildAck } from '../../../adapters/hl7v2/ack.ts'
import { parseMessage } from '../../../adapters/hl7v2/parse.ts'
import { bareAck } from './ack-fields.vulnerable.ts'
import { seenFailing } from './seen-failing.ts'

const time = new Date('2026-01-31T23:00:05.000Z')
const ours = (message: Uint8Array): Uint8Array =>
  buildAck(parseMessage(message), { code: 'AA', controlId: 'A1', time, zone: 'UTC' })

/** A1-20a; golden bytes: adapters/hl7v2/answers.test.ts. */
seenFailing(
  'an ACK swaps sender and receiver, keeps MSH-11, MSH-12 and the character set, and names MSH-10 in MSA-2',
  { ours, weak: bareAck },
  (build: (message: Uint8Array) => Uint8Array) => {
    const message = Buffer.from(
      'MSH|^~\\&|L\u00e4bor|NORD|HB|HOSP|20260131||ORU^R01^ORU_R01|M\\T\\1|T|2.3.1||||||8859/1\rPID|1\r',
      'latin1'
    )
    const [msh, msa] = Buffer.from(build(message)).toString('latin1').split('\r')
    const field = (line: string | undefined, n: number): string | undefined => line?.split('|')[n]
    expect([2, 3, 4, 5].map((n) => field(msh, n))).toEqual(['HB', 'HOSP', 'L\u00e4bor', 'NORD'])
    expect([10, 11, 17].map((n) => field(msh, n))).toEqual(['T', '2.3.1', '8859/1'])
    expect(field(msa, 2)).toBe('M\\T\\1')
  }
)
