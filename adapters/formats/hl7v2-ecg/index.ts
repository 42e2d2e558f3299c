import type { Attachment } from '@medplum/fhirtypes'
import { type EmbeddedMessage, emptyGroup, type PatientGroup } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat } from '../../../core/format.ts'
import { subjectClaim } from '../../hl7v2/claims/subject.ts'
import { visitClaim } from '../../hl7v2/claims/visit.ts'
import { decodedFrom, type MessageContext, openMessage } from '../../hl7v2/observation/message-context.ts'
import { type OrderGroup, type PatientMessageGroup, patientGroups } from '../../hl7v2/observation/message-groups.ts'
import { orderResults } from '../../hl7v2/observation/order-results.ts'
import { categories } from './category.ts'
import { embeddedFile } from './embedded-file.ts'
import { hasSamples, isStatement, recordingOf } from './recording.ts'

/** Results with waveforms or files in OBX (ORU^W01, ORU^R01): recordings, embedded files, and ordinary results beside. */
export default defineFormat({
  name: 'hl7v2-ecg',
  family: 'hl7v2',
  mediaTypes: ['x-application/hl7-v2+er7'],
  options: ['ecgMillivoltsPerCount'],
  accepts: (kind) => kind === 'ORU^W01' || kind === 'ORU^R01#waveform',

  decode(envelope, feed) {
    const context = openMessage(envelope, feed)
    const patients = patientGroups(context.message)
    if (!patients.some(({ pid }) => pid)) throw new AppError('HL7_SEGMENT_MISSING', { at: 'PID' })
    const embedded: EmbeddedMessage[] = []
    const groups = patients.map((patient) => patientGroup(patient, embedded, context))
    return decodedFrom(context, envelope, groups, embedded)
  }
})

function patientGroup(
  patient: PatientMessageGroup,
  embedded: EmbeddedMessage[],
  context: MessageContext
): PatientGroup {
  const { pid, pv1, orders } = patient
  const visit = visitClaim(pv1, pid, context.clock)
  const kinds = new Map(orders.map((order) => [order, categories(order)]))
  const recorded = orders.filter((order) => hasSamples(kinds.get(order) ?? new Map()))
  const isResult = (obx: OrderGroup['observations'][number]['obx'], order: OrderGroup): boolean => {
    const kind = kinds.get(order)?.get(obx)
    return kind === 'RESULT' && !(recorded.includes(order) && isStatement(obx, kind))
  }
  const attachments = new Map(orders.map((order) => [order, filesOf(order, kinds.get(order), embedded, context)]))
  return {
    ...emptyGroup(),
    ...(pid ? { subject: subjectClaim(pid, context.clock) } : {}),
    ...(visit ? { visit } : {}),
    waveforms: recorded.map((order) => recordingOf(order, kinds.get(order) ?? new Map(), context)),
    resources: orderResults(orders, context, {
      isResult: ({ obx }, order) => isResult(obx, order),
      attachments: (order) => attachments.get(order) ?? []
    })
  }
}

/** Files of an order: those that a format may read go to `embedded`, those for people are returned. */
function filesOf(
  { observations, obr }: OrderGroup,
  kinds: ReturnType<typeof categories> | undefined,
  embedded: EmbeddedMessage[],
  context: MessageContext
): Attachment[] {
  const isRetracted = (letter: string): boolean => ['D', 'W', 'X'].includes(letter.trim().toUpperCase())
  if (obr && isRetracted(obr.get(25))) return []
  return observations.flatMap(({ obx }) => {
    if (kinds?.get(obx) !== 'FILE' || isRetracted(obx.get(11))) return []
    const file = embeddedFile(obx, context.at(obx, 5))
    if (file?.message) embedded.push(file.message)
    return file?.attachment ? [file.attachment] : []
  })
}
