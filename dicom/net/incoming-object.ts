import { AppError } from '../../core/errors/app-error.ts'
import { buildPart10 } from '../part10.ts'
import type { ByteBudget } from './byte-budget.ts'
import { checkObject } from './check-object.ts'
import type { StoreRequest } from './command-set.ts'
import type { association } from './library.ts'
import type { ScpOptions } from './scp-options.ts'
import { Spool } from './spool.ts'

type PresentationContext = InstanceType<typeof association.PresentationContext>

/** The object of one C-STORE, from its command to the intake. */
export class IncomingObject {
  readonly request: StoreRequest
  readonly contextId: number
  /** The intake has it: what it refuses, it notes itself. */
  isHandedOver = false
  private readonly context: PresentationContext
  private readonly options: ScpOptions
  private readonly spool: Spool

  constructor(request: StoreRequest, context: PresentationContext, contextId: number, options: ScpOptions) {
    this.request = request
    this.context = context
    this.contextId = contextId
    this.options = options
    this.spool = new Spool(options.spoolDir, options.maxObjectBytes)
  }

  write(fragment: Buffer): void {
    this.spool.write(fragment)
  }

  discard(): void {
    this.spool.discard()
  }

  /**
   * Wraps the bytes that came into a Part 10 file and hands them over; resolves when they are durable.
   * @throws AppError DICOM_SOP_CLASS (context not accepted), MESSAGE_TOO_LARGE, what `checkObject` and the intake throw
   */
  async store(budget: ByteBudget, callingAeTitle: string): Promise<void> {
    const { spool, context } = this
    const { sopClassUid, sopInstanceUid } = this.request
    const bytes = spool.size
    try {
      const abstractSyntaxUid = context.getAbstractSyntaxUid()
      const transferSyntaxUid = context.getAcceptedTransferSyntaxUid()
      if (!transferSyntaxUid) throw new AppError('DICOM_SOP_CLASS')
      if (spool.isOversize) throw new AppError('MESSAGE_TOO_LARGE')
      await budget.acquire(bytes)
      try {
        // Without the sender in the meta: the same object from two senders is the same bytes.
        const file = buildPart10({ sopClassUid, sopInstanceUid, transferSyntaxUid }, ...spool.take())
        const dataSet = file.subarray(file.length - bytes)
        checkObject({ sopClassUid, sopInstanceUid, abstractSyntaxUid, transferSyntaxUid }, dataSet)
        this.isHandedOver = true
        await this.options.store({ file, sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle })
      } finally {
        budget.release(bytes)
      }
    } finally {
      spool.discard()
    }
  }
}
