import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { readMeta } from '../read.ts'
import { isUid, SOP_CLASS, TRANSFER_SYNTAX } from '../uids.ts'
import type { DicomPeer } from './peer.ts'
import { type ProposedContext, ScuAssociation } from './scu-association.ts'

export interface ScuOptions {
  /** For connecting and for each answer. Default 30 s. */
  timeoutMs?: number
  /** Associations side by side. Default 1. */
  associations?: number
  signal?: AbortSignal
}

/** What became of one instance, by the peer's own answer to it. */
export interface StoreResult {
  /** Place in the list that was given. */
  index: number
  sopInstanceUid?: string
  /** DIMSE status of the C-STORE response; absent when there was none. */
  status?: number
  /** 'stored': 0000; 'warning': Bxxx (kept by the peer, coerced); 'refused': any other answer; 'failed': no answer. */
  outcome: 'stored' | 'warning' | 'refused' | 'failed'
  /** When not stored: DESTINATION_REFUSED, DESTINATION_UNREACHABLE, DICOM_SOP_CLASS (context refused), DICOM_* (not sendable). */
  error?: AppError
}

interface Instance {
  index: number
  sopClassUid: string
  sopInstanceUid: string
  transferSyntaxUid: string
  dataSet: Uint8Array
}

/** C-ECHO (PS3.7 9.1.5). @throws AppError DESTINATION_UNREACHABLE, DESTINATION_REFUSED */
export async function echo(peer: DicomPeer, options: ScuOptions = {}): Promise<{ status: number; ms: number }> {
  const began = performance.now()
  const contexts = [{ abstractSyntaxUid: SOP_CLASS.verification, transferSyntaxUid: TRANSFER_SYNTAX.implicitLittle }]
  const association = await ScuAssociation.open(peer, contexts, options)
  try {
    const status = await association.echo()
    await association.release()
    return { status, ms: performance.now() - began }
  } finally {
    association.abort()
  }
}

/**
 * Sends Part 10 files as they are: the data set's bytes go out unchanged, in their own transfer syntax. The result of an
 * instance is the peer's C-STORE response for it, nothing else. Never rejects: each instance has a result, in the order given.
 */
export async function sendInstances(
  peer: DicomPeer,
  files: readonly Uint8Array[],
  options: ScuOptions = {}
): Promise<StoreResult[]> {
  const results: StoreResult[] = []
  const waiting: Instance[] = []
  files.forEach((file, index) => {
    try {
      waiting.push(readInstance(file, index))
    } catch (error) {
      results[index] = { index, outcome: 'failed', error: asAppError(error) }
    }
  })
  const lanes = Math.max(1, Math.min(options.associations ?? 1, waiting.length))
  const shares = Array.from({ length: lanes }, (_, lane) => waiting.filter((_instance, i) => i % lanes === lane))
  await Promise.all(shares.filter((share) => share.length > 0).map((share) => sendShare(peer, share, results, options)))
  return results
}

/** A presentation context id is an odd byte: 128 contexts an association (PS3.8 9.3.2.2). */
const MAX_CONTEXTS = 128

async function sendShare(
  peer: DicomPeer,
  share: Instance[],
  results: StoreResult[],
  options: ScuOptions
): Promise<void> {
  const contexts = contextsOf(share)
  let association: ScuAssociation | undefined
  try {
    association = await ScuAssociation.open(peer, contexts.slice(0, MAX_CONTEXTS), options)
    for (const instance of share) results[instance.index] = await store(association, instance)
    await association.release()
  } catch (error) {
    const coded = asAppError(error, 'DESTINATION_UNREACHABLE')
    for (const { index, sopInstanceUid } of share) {
      results[index] ??= { index, sopInstanceUid, outcome: 'failed', error: coded }
    }
  } finally {
    association?.abort()
  }
}

async function store(association: ScuAssociation, instance: Instance): Promise<StoreResult> {
  const { index, sopInstanceUid } = instance
  if (!association.accepts(instance.sopClassUid, instance.transferSyntaxUid)) {
    return { index, sopInstanceUid, outcome: 'refused', error: new AppError('DICOM_SOP_CLASS', { reason: 'context' }) }
  }
  const status = await association.store(instance)
  if (status === 0) return { index, sopInstanceUid, status, outcome: 'stored' }
  if ((status & 0xf000) === 0xb000) return { index, sopInstanceUid, status, outcome: 'warning' }
  const isPassing = (status & 0xff00) === 0xa700
  const error = new AppError(isPassing ? 'DESTINATION_UNREACHABLE' : 'DESTINATION_REFUSED', { reason: 'dimse-status' })
  return { index, sopInstanceUid, status, outcome: 'refused', error }
}

function readInstance(file: Uint8Array, index: number): Instance {
  const { meta, dataSetStart } = readMeta(file, { limits: DEFAULT_LIMITS })
  const [sopClassUid, sopInstanceUid, transferSyntaxUid] = [0x00020002, 0x00020003, 0x00020010].map((tag) =>
    meta.requiredText(tag)
  ) as [string, string, string]
  for (const uid of [sopClassUid, sopInstanceUid, transferSyntaxUid]) {
    if (!isUid(uid)) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: '(0002,0003)', reason: 'uid' })
  }
  return { index, sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet: file.subarray(dataSetStart) }
}

/** One context for each pair of SOP class and transfer syntax, so that nothing ever needs transcoding. */
function contextsOf(instances: readonly Instance[]): ProposedContext[] {
  const pairs = new Map<string, ProposedContext>()
  for (const { sopClassUid, transferSyntaxUid } of instances) {
    pairs.set(`${sopClassUid}|${transferSyntaxUid}`, { abstractSyntaxUid: sopClassUid, transferSyntaxUid })
  }
  return [...pairs.values()]
}
