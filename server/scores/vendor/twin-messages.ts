import { buildMsh, buildSegment, composite, encodeMessage } from '../../../adapters/hl7v2/build.ts'
import { findCharset } from '../../../adapters/hl7v2/charset.ts'
import { formatDtm } from '../../../adapters/hl7v2/time.ts'
import type { StayValue } from '../../../inference/modules/cap-icu/types.ts'
import { VARIABLES } from '../../../inference/modules/cap-icu/values/variables.ts'
import { pidFields, type TwinPerson } from './twin-person.ts'

/** How the messages of an audit look to the receiver. */
export interface TwinMessageContext {
  /** Now; the stay began `hours` before. */
  now: Date
  /** Hours of the stay that are told. */
  hours: number
  /** PV1-3 of the ICU, components joined by '^'. */
  ward: string
  sendingApplication?: string
  sendingFacility?: string
  receivingApplication?: string
  receivingFacility?: string
}

const UTF8 = findCharset('UNICODE UTF-8')!
const HOUR_MS = 3_600_000
const VARIABLE = new Map(VARIABLES.map((variable) => [variable.key, variable]))

/**
 * Admission to the ICU, ADT^A01. MSH-11 is `T`: nobody's treatment.
 *
 * ADT = MSH | EVN | PID | PV1
 */
export const admission = (twin: TwinPerson, controlId: string, context: TwinMessageContext): Uint8Array =>
  visitMessage('A01', twin, controlId, context)

/** The admission taken back, ADT^A11: after the audit nothing of it lies in a bed. */
export const cancelledAdmission = (twin: TwinPerson, controlId: string, context: TwinMessageContext): Uint8Array =>
  visitMessage('A11', twin, controlId, context)

function visitMessage(
  event: 'A01' | 'A11',
  twin: TwinPerson,
  controlId: string,
  context: TwinMessageContext
): Uint8Array {
  return encode([
    msh(['ADT', event, event === 'A01' ? 'ADT_A01' : 'ADT_A09'], controlId, context),
    buildSegment('EVN', [event, formatDtm(context.now, 'UTC')]),
    buildSegment('PID', pidFields(twin, context.now)),
    pv1(twin, context)
  ])
}

/**
 * Values of the stay, ORU^R01: one OBR an instant, so that each value stands at its own time; LOINC codes and UCUM units.
 * A variable without LOINC code is not sent.
 *
 * ORU = MSH | PID | PV1 | { OBR | { OBX } }
 */
export function stayValues(
  twin: TwinPerson,
  values: readonly StayValue[],
  controlId: string,
  context: TwinMessageContext
): Uint8Array {
  const told = values.filter(({ variable, hours }) => hours < context.hours && VARIABLE.get(variable)?.loinc[0])
  const instants = [...Map.groupBy(told, ({ hours }) => hours)].sort(([a], [b]) => a - b)
  return encode([
    msh(['ORU', 'R01', 'ORU_R01'], controlId, context),
    buildSegment('PID', pidFields(twin, context.now)),
    pv1(twin, context),
    ...instants.flatMap(([hours, group], i) => {
      const at = formatDtm(new Date(admitted(context).getTime() + hours * HOUR_MS), 'UTC')
      return [obr(i + 1, `${twin.id}-${i + 1}`, at), ...group.map((value, j) => obx(j + 1, value, at))]
    })
  ])
}

const admitted = ({ now, hours }: TwinMessageContext): Date => new Date(now.getTime() - hours * HOUR_MS)

const encode = (segments: string[]): Uint8Array => encodeMessage(segments, UTF8).bytes

const msh = (type: readonly string[], controlId: string, context: TwinMessageContext): string =>
  buildMsh({
    sendingApplication: composite(context.sendingApplication ?? 'HISBUNDLE'),
    sendingFacility: composite(context.sendingFacility ?? 'AUDIT'),
    receivingApplication: composite(context.receivingApplication),
    receivingFacility: composite(context.receivingFacility),
    time: context.now,
    zone: 'UTC',
    type,
    controlId,
    processingId: 'T',
    version: '2.5.1',
    charset: UTF8.name
  })

function pv1(twin: TwinPerson, context: TwinMessageContext): string {
  const fields: string[] = Array(44).fill('')
  fields[0] = '1'
  fields[1] = 'I'
  fields[2] = composite(...context.ward.split('^'))
  fields[18] = composite(twin.visit)
  fields[43] = formatDtm(admitted(context), 'UTC')
  return buildSegment('PV1', fields)
}

function obr(set: number, filler: string, at: string): string {
  const fields: string[] = Array(25).fill('')
  fields[0] = String(set)
  fields[2] = composite(filler, 'HISBUNDLE')
  fields[3] = composite('ICU-VALUES', 'Simulated values of an ICU stay', 'L')
  fields[6] = at
  fields[21] = at
  fields[24] = 'F'
  return buildSegment('OBR', fields)
}

function obx(set: number, { variable, value }: StayValue, at: string): string {
  const { title, unit, loinc } = VARIABLE.get(variable)!
  const fields: string[] = Array(14).fill('')
  fields[0] = String(set)
  fields[1] = 'NM'
  fields[2] = composite(loinc[0], title, 'LN')
  fields[4] = String(value)
  fields[5] = composite(unit, undefined, 'UCUM')
  fields[10] = 'F'
  fields[13] = at
  return buildSegment('OBX', fields)
}
