import type { AckCode } from '../../hl7v2/ack.ts'

/**
 * When which acknowledgement is sent: MSH-15 (accept) x MSH-16 (application), HL7 table 0155, v2.5.1 section 2.9.2,
 * rules section 5. One empty field counts as NE; both empty is the original mode.
 *
 * Outcomes: ok (durable, and settled well where an application answer waits for that), failed (durable, then refused or
 * parked by the record step), error and reject (not taken: AE class and AR class).
 */
export type AckOutcome = 'ok' | 'failed' | 'error' | 'reject'
type AckType = '' | 'AL' | 'NE' | 'ER' | 'SU'

/** What goes back: `accept` at once, `application` when the record step has settled the message. */
export interface AckDecision {
  accept?: 'CA' | 'CE' | 'CR'
  application?: 'AA' | 'AE' | 'AR'
}

/**
 * Rows are MSH-15, columns MSH-16; a cell is 'ok failed error reject'. 'CA+AA': both; '-': nothing. In the original mode
 * AA stands for failed too: the answer is given at the append, later failures are parked. A message that was refused at
 * the accept level gets no application answer.
 */
const TABLE: Readonly<Record<AckType, Readonly<Record<AckType, string>>>> = {
  '': {
    '': 'AA AA AE AR',
    AL: 'AA AE AE AR',
    NE: '- - - -',
    ER: '- AE AE AR',
    SU: 'AA - - -'
  },
  AL: {
    '': 'CA CA CE CR',
    AL: 'CA+AA CA+AE CE CR',
    NE: 'CA CA CE CR',
    ER: 'CA CA+AE CE CR',
    SU: 'CA+AA CA CE CR'
  },
  NE: {
    '': '- - - -',
    AL: 'AA AE AE AR',
    NE: '- - - -',
    ER: '- AE AE AR',
    SU: 'AA - - -'
  },
  ER: {
    '': '- - CE CR',
    AL: 'AA AE CE CR',
    NE: '- - CE CR',
    ER: '- AE CE CR',
    SU: 'AA - CE CR'
  },
  SU: {
    '': 'CA CA - -',
    AL: 'CA+AA CA+AE AE AR',
    NE: 'CA CA - -',
    ER: 'CA CA+AE AE AR',
    SU: 'CA+AA CA - -'
  }
}

const OUTCOMES: readonly AckOutcome[] = ['ok', 'failed', 'error', 'reject']

export interface AckMode {
  /** Original mode answers at the append; enhanced mode by the fields. */
  mode: 'original' | 'enhanced'
  /** MSH-15 or MSH-16 held a value outside table 0155: answered in the original mode, to be logged. */
  isUnknownValue: boolean
  decide(outcome: AckOutcome): AckDecision
}

/**
 * @param acceptType MSH-15
 * @param applicationType MSH-16
 * @param alwaysAck answer NE/NE in the original mode: over MLLP real senders wait for an answer whatever they declare
 */
export function ackMode(acceptType: string, applicationType: string, { alwaysAck = true } = {}): AckMode {
  const isKnown = isAckType(acceptType) && isAckType(applicationType)
  const isSilent = isNever(acceptType) && isNever(applicationType)
  const isOriginal = !isKnown || (acceptType === '' && applicationType === '') || (isSilent && alwaysAck)
  const row = isOriginal ? TABLE['']['']! : TABLE[acceptType as AckType][applicationType as AckType]
  const cells = row.split(' ')
  return {
    mode: isOriginal ? 'original' : 'enhanced',
    isUnknownValue: !isKnown,
    decide: (outcome) => readCell(cells[OUTCOMES.indexOf(outcome)]!)
  }
}

const isAckType = (value: string): value is AckType => Object.hasOwn(TABLE, value)
const isNever = (value: string): boolean => value === '' || value === 'NE'

function readCell(cell: string): AckDecision {
  const codes = cell.split('+').filter((code) => code !== '-') as AckCode[]
  const accept = codes.find((code) => code.startsWith('C')) as AckDecision['accept']
  const application = codes.find((code) => code.startsWith('A')) as AckDecision['application']
  return { ...(accept ? { accept } : {}), ...(application ? { application } : {}) }
}
