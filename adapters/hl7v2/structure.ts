import { AppError, asAppError } from '../../core/errors/app-error.ts'
import { ownValue } from '../../core/own-value.ts'
import { parseHeader } from './header.ts'
import type { Hl7Message } from './message.ts'
import { type ParseOptions, parseMessage } from './parse.ts'

/**
 * Segments without which a message of that kind says nothing, in the order in which their first ones must stand.
 * HL7 v2.5.1 chapters 3, 4, 7; deviations, since real senders leave them out and nothing is lost: EVN (MSH-7 orders
 * the events then) and PV1 are not asked for in ADT, PID not in ORU (such a message is parked PATIENT_UNIDENTIFIED).
 */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  ADT: ['PID'],
  ADT_MERGE: ['PID', 'MRG'],
  'ORU^R01': ['OBR'],
  'ORU^W01': ['OBR'],
  'OML^O21': ['ORC'],
  'ORM^O01': ['ORC'],
  ACK: ['MSA']
}

/** Kinds that are read by default: 'TYPE' takes every event of the type. */
export const READ_TYPES: readonly string[] = ['ADT', 'ORU^R01', 'ORU^W01', 'OML^O21', 'ORM^O01']

/** Events whose meaning needs an MRG (rules section 2). */
const MERGES = new Set(['A18', 'A34', 'A35', 'A36', 'A39', 'A40', 'A41', 'A42', 'A43', 'A44', 'A45', 'A47', 'A50'])

/** ADT events that are read; every other A-event is taken and recorded as ignored, whatever its segments. */
const READ_ADT = new Set([
  ...['A01', 'A02', 'A03', 'A04', 'A05', 'A06', 'A07', 'A08', 'A11', 'A12', 'A13', 'A23', 'A24', 'A28', 'A31', 'A37'],
  ...MERGES
])

export interface StructureOptions extends ParseOptions {
  /** MSH-11 values that this feed takes: of P, T, D; '' also takes messages that leave it out. */
  processingIds: readonly string[]
  /** Message types that are taken ('ADT' or 'ORU^R01'); default READ_TYPES. */
  types?: readonly string[]
}

/** `message` beside an `error` is what could be read, at least the MSH, for the acknowledgement. */
export type StructureCheck =
  | { message: Hl7Message; error?: undefined }
  | { message: Hl7Message | undefined; error: AppError }

/**
 * The checks that stand before the durable append (rules section 5): MSH, MSH-9 to -12, required segments.
 *
 * Errors: those of `parseMessage`; HL7_FIELD_MISSING, HL7_NO_CONTROL_ID, HL7_SEGMENT_MISSING (AE 100, 101);
 * HL7_UNSUPPORTED_TYPE, _EVENT, _PROCESSING_ID, _VERSION (AR 200 to 203)
 */
export function checkStructure(bytes: Uint8Array, options: StructureOptions): StructureCheck {
  let message: Hl7Message
  try {
    message = parseMessage(bytes, options)
  } catch (error) {
    return { message: parseHeader(bytes), error: asAppError(error, 'HL7_NOT_A_MESSAGE') }
  }
  const error = headerError(message, options) ?? segmentError(message)
  return error ? { message, error } : { message }
}

function headerError(message: Hl7Message, options: StructureOptions): AppError | undefined {
  if (message.controlId === '') return new AppError('HL7_NO_CONTROL_ID', { at: 'MSH-10' })
  if (message.type === '') return new AppError('HL7_FIELD_MISSING', { at: 'MSH-9.1' })
  const types = options.types ?? READ_TYPES
  const ofType = types.filter((kind) => kind.split('^', 1)[0] === message.type)
  if (ofType.length === 0) return new AppError('HL7_UNSUPPORTED_TYPE', { at: 'MSH-9.1' })
  if (message.event === '' && message.type !== 'ACK') return new AppError('HL7_FIELD_MISSING', { at: 'MSH-9.2' })
  const isRead = ofType.includes(message.type) || ofType.includes(`${message.type}^${message.event}`)
  const isEvent = message.type !== 'ADT' || /^A\d\d$/.test(message.event)
  if (!isRead || !isEvent) return new AppError('HL7_UNSUPPORTED_EVENT', { at: 'MSH-9.2' })
  if (message.processingId === '' && !options.processingIds.includes('')) {
    return new AppError('HL7_FIELD_MISSING', { at: 'MSH-11' })
  }
  if (!options.processingIds.includes(message.processingId)) {
    return new AppError('HL7_UNSUPPORTED_PROCESSING_ID', { at: 'MSH-11' })
  }
  if (message.version === '') return new AppError('HL7_FIELD_MISSING', { at: 'MSH-12' })
  if (!/^2\.[1-9](\.\d)?$/.test(message.version)) return new AppError('HL7_UNSUPPORTED_VERSION', { at: 'MSH-12' })
  return undefined
}

function segmentError(message: Hl7Message): AppError | undefined {
  let last = 0
  for (const name of requiredOf(message)) {
    const index = message.first(name)?.index
    if (index === undefined || index < last) return new AppError('HL7_SEGMENT_MISSING', { at: name })
    last = index
  }
  const firstResult = message.type === 'ORU' ? message.first('OBX')?.index : undefined
  if (firstResult !== undefined && firstResult < message.first('OBR')!.index && !isPatientObservation(message)) {
    return new AppError('HL7_SEGMENT_MISSING', { at: 'OBR', reason: 'obx-before-obr' })
  }
  return undefined
}

/** v2.5 and later allow OBX of the patient (before ORC / OBR) right behind the PID group. */
const isPatientObservation = (message: Hl7Message): boolean => message.first('PID') !== undefined

function requiredOf({ type, event }: Hl7Message): readonly string[] {
  if (type === 'ADT') return MERGES.has(event) ? REQUIRED['ADT_MERGE']! : READ_ADT.has(event) ? REQUIRED['ADT']! : []
  return ownValue(REQUIRED, `${type}^${event}`) ?? ownValue(REQUIRED, type) ?? []
}
