import { AppError } from '../../core/errors/app-error.ts'
import { walkDataSet } from '../elements.ts'
import type { Limits } from '../limits.ts'

/** A command set is a few hundred bytes; more is no command (PS3.7 6.3). */
const MAX_COMMAND_BYTES = 16 * 1024
const COMMAND_LIMITS: Limits = { maxBytes: MAX_COMMAND_BYTES, maxDepth: 1, maxElements: 64 }
const NO_DATA_SET = 0x0101
const C_STORE_RQ = 0x0001

/** Command fields (0000,0100) by the side that receives them, and whether a data set follows. */
const ALLOWED: Record<'scp' | 'scu', ReadonlyMap<number, boolean>> = {
  scp: new Map([
    [C_STORE_RQ, true],
    [0x0030, false], // C-ECHO-RQ
    [0x0fff, false] // C-CANCEL-RQ
  ]),
  scu: new Map([
    [0x8001, false], // C-STORE-RSP
    [0x8030, false] // C-ECHO-RSP
  ])
}

/**
 * Checks the messages inside P-DATA-TF PDUs (PS3.8 9.3.5, PS3.7 6.3.1) before the library sees them: it parses command sets
 * and, for services that we do not offer, whole data sets with a reader that can hang.
 *
 * PDU body = PDVs; PDV = length (4) | presentation context id (1) | control: bit 0 command, bit 1 last (1) | fragment
 */
export class DimseGuard {
  private readonly role: 'scp' | 'scu'
  private command: Buffer[] = []
  private commandBytes = 0
  /** Presentation context whose data set fragments are due. */
  private dataSetContext?: number

  constructor(role: 'scp' | 'scu') {
    this.role = role
  }

  /**
   * @returns whether a C-STORE data set ended with this PDU
   * @throws AppError DECODE_FAILED (reason pdv, command, sequence), DICOM_LIMIT
   */
  check(body: Buffer): boolean {
    let hasEnded = false
    let at = 0
    while (at < body.length) {
      const length = at + 6 <= body.length ? body.readUInt32BE(at) : 0
      if (length < 2 || length > body.length - at - 4) throw broken('pdv')
      if (hasEnded) throw broken('sequence')
      hasEnded = this.fragment(body[at + 4]!, body[at + 5]!, body.subarray(at + 6, at + 4 + length)) || hasEnded
      at += 4 + length
    }
    return hasEnded
  }

  private fragment(context: number, control: number, value: Buffer): boolean {
    const isLast = (control & 2) !== 0
    if ((control & 1) === 0) {
      if (this.dataSetContext !== context) throw broken('sequence')
      if (isLast) this.dataSetContext = undefined
      return isLast
    }
    if (this.dataSetContext !== undefined) throw broken('sequence')
    this.commandBytes += value.length
    if (this.commandBytes > MAX_COMMAND_BYTES) throw new AppError('DICOM_LIMIT', { reason: 'command' })
    this.command.push(value)
    if (isLast) {
      if (this.endCommand()) this.dataSetContext = context
      this.command = []
      this.commandBytes = 0
    }
    return false
  }

  /** @returns whether a data set follows */
  private endCommand(): boolean {
    const set = readCommand(Buffer.concat(this.command))
    const field = set.number(0x00000100)
    const hasDataSet = set.number(0x00000800) !== NO_DATA_SET
    const expected = field === undefined ? undefined : ALLOWED[this.role].get(field)
    if (expected === undefined || expected !== hasDataSet) throw broken('command')
    return hasDataSet
  }
}

function readCommand(bytes: Buffer) {
  const set = walkDataSet(bytes, 0, { explicit: false, littleEndian: true }, { limits: COMMAND_LIMITS })
  if (set.tags().some((tag) => tag > 0x0000ffff || set.element(tag)!.items)) throw broken('command')
  return set
}

const broken = (reason: 'pdv' | 'command' | 'sequence'): AppError =>
  new AppError('DECODE_FAILED', { reason, at: 'P-DATA-TF' })
