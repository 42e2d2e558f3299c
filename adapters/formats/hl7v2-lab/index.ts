import type { PatientGroup } from '../../../core/decoded.ts'
import { emptyGroup } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat } from '../../../core/format.ts'
import { subjectClaim } from '../../hl7v2/claims/subject.ts'
import { visitClaim } from '../../hl7v2/claims/visit.ts'
import { decodedFrom, type MessageContext, openMessage } from '../../hl7v2/observation/message-context.ts'
import { type PatientMessageGroup, patientGroups } from '../../hl7v2/observation/message-groups.ts'
import { orderResults } from '../../hl7v2/observation/order-results.ts'
import { orderReply } from './order-reply.ts'
import { orderRequest } from './order-request.ts'

/** Laboratory results (ORU^R01) and orders (OML^O21, ORM^O01). Rules sections 3 and 6 to 8. */
export default defineFormat({
  name: 'hl7v2-lab',
  family: 'hl7v2',
  mediaTypes: ['x-application/hl7-v2+er7'],
  options: ['orderReply', 'potassiumMassCodes', 'haemolysisTextPattern'],
  accepts: (kind) => kind === 'ORU^R01' || kind === 'OML^O21' || kind === 'ORM^O01',

  decode(envelope, feed) {
    const context = openMessage(envelope, feed)
    const patients = patientGroups(context.message)
    if (!patients.some(({ pid }) => pid)) throw new AppError('HL7_SEGMENT_MISSING', { at: 'PID' })
    const fill = context.message.type === 'ORU' ? resultGroup : ordersGroup
    return decodedFrom(
      context,
      envelope,
      patients.map((patient) => fill(patient, context))
    )
  },

  reply: orderReply
})

function resultGroup(patient: PatientMessageGroup, context: MessageContext): PatientGroup {
  return { ...whose(patient, context), resources: orderResults(patient.orders, context) }
}

function ordersGroup(patient: PatientMessageGroup, context: MessageContext): PatientGroup {
  const read = patient.orders.map((order) => orderRequest(order, context)).filter((order) => order !== undefined)
  // Answers at order entry (OBX under an order) and an OBR without an ORC of its own are not ours to keep.
  for (const { orc, obr, observations } of patient.orders) {
    if (!orc && obr) context.notes.push({ code: 'content-ignored', at: context.at(obr, 4) })
    if (observations[0]) context.notes.push({ code: 'content-ignored', at: context.at(observations[0].obx, 5) })
  }
  return {
    ...whose(patient, context),
    resources: read.flatMap(({ specimens }) => specimens),
    orders: read.map(({ request }) => request)
  }
}

function whose({ pid, pv1 }: PatientMessageGroup, { clock }: MessageContext): PatientGroup {
  const visit = visitClaim(pv1, pid, clock)
  return { ...emptyGroup(), ...(pid ? { subject: subjectClaim(pid, clock) } : {}), ...(visit ? { visit } : {}) }
}
