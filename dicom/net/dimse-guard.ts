import { AppError } from '../../core/errors/app-error.ts'
import {
  COMMAND,
  type Command,
  MAX_COMMAND_BYTES,
  readCommand,
  readStoreRequest,
  readStoreResponse,
  type StoreRequest,
  type StoreResponse
} from './command-set.ts'
import { commandPdu } from './p-data.ts'

/** Command fields (0000,0100) by the side that receives them, and whether a data set follows. */
const ALLOWED: Record<'scp' | 'scu', ReadonlyMap<number, boolean>> = {
  scp: new Map([
    [COMMAND.storeRequest, true],
    [0x0030, false], // C-ECHO-RQ
    [0x0fff, false] // C-CANCEL-RQ
  ]),
  scu: new Map([
    [COMMAND.storeResponse, false],
    [0x8030, false] // C-ECHO-RSP
  ])
}

/** The two halves of C-STORE: they are ours from the first byte to the last, the library never sees them. */
export interface StoreParty {
  /** A C-STORE-RQ came; its data set follows. @throws AppError when there can be none on that context */
  storeBegins?(request: StoreRequest, contextId: number): void
  /** A piece of the data set; the buffer is the party's to keep. */
  storeData?(fragment: Buffer): void
  storeEnds?(): void
  /** A C-STORE-RSP came. */
  storeAnswered?(response: StoreResponse): void
}

/**
 * Reads the messages inside P-DATA-TF PDUs (PS3.8 9.3.5, PS3.7 6.3.1). C-STORE goes to its party; what is left for the library
 * are commands without data set that belong to the role. It would parse command sets slowly (2 ms), copy every fragment three
 * times, and read whole data sets of services that we do not offer with a reader that can hang.
 *
 * PDU body = PDVs; PDV = length (4) | presentation context id (1) | control: bit 0 command, bit 1 last (1) | fragment
 */
export class DimseGuard {
  private readonly role: 'scp' | 'scu'
  private readonly party: StoreParty
  private command: Buffer[] = []
  private commandBytes = 0
  private commandContext?: number
  /** Presentation context whose data set fragments are due. */
  private dataSetContext?: number

  constructor(role: 'scp' | 'scu', party: StoreParty = {}) {
    this.role = role
    this.party = party
  }

  /**
   * @returns PDUs for the library
   * @throws AppError DECODE_FAILED (reason pdv, command, sequence), DICOM_LIMIT, and what the party throws
   */
  check(body: Buffer): Buffer[] {
    const passed: Buffer[] = []
    let hasEnded = false
    let at = 0
    while (at < body.length) {
      const length = at + 6 <= body.length ? body.readUInt32BE(at) : 0
      if (length < 2 || length > body.length - at - 4) throw broken('pdv')
      // The object that ended is to be answered first.
      if (hasEnded) throw broken('sequence')
      const [context, control] = [body[at + 4]!, body[at + 5]!]
      const value = body.subarray(at + 6, at + 4 + length)
      const isLast = (control & 2) !== 0
      if ((control & 1) === 0) hasEnded = this.data(context, isLast, value)
      else {
        const pdu = this.commandPart(context, isLast, value)
        if (pdu) passed.push(pdu)
      }
      at += 4 + length
    }
    return passed
  }

  private data(context: number, isLast: boolean, value: Buffer): boolean {
    if (this.dataSetContext !== context) throw broken('sequence')
    this.party.storeData?.(value)
    if (!isLast) return false
    this.dataSetContext = undefined
    this.party.storeEnds?.()
    return true
  }

  private commandPart(context: number, isLast: boolean, value: Buffer): Buffer | undefined {
    if (this.dataSetContext !== undefined) throw broken('sequence')
    if (this.command.length > 0 && this.commandContext !== context) throw broken('sequence')
    this.commandContext = context
    this.commandBytes += value.length
    if (this.commandBytes > MAX_COMMAND_BYTES) throw new AppError('DICOM_LIMIT', { reason: 'command' })
    this.command.push(value)
    if (!isLast) return undefined
    const bytes = Buffer.concat(this.command)
    this.command = []
    this.commandBytes = 0
    const command = readCommand(bytes)
    if (ALLOWED[this.role].get(command.field) !== command.hasDataSet) throw broken('command')
    return this.isStore(command, context) ? undefined : commandPdu(bytes, context)
  }

  private isStore(command: Command, context: number): boolean {
    if (command.field === COMMAND.storeRequest) {
      this.party.storeBegins?.(readStoreRequest(command), context)
      this.dataSetContext = context
      return true
    }
    if (command.field !== COMMAND.storeResponse) return false
    this.party.storeAnswered?.(readStoreResponse(command))
    return true
  }
}

const broken = (reason: 'pdv' | 'command' | 'sequence'): AppError =>
  new AppError('DECODE_FAILED', { reason, at: 'P-DATA-TF' })
