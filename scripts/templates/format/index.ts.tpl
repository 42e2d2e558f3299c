import { emptyGroup, type PatientGroup } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { defineFormat } from '../../../core/format.ts'
import { subjectClaim } from '../../hl7v2/claims/subject.ts'
import { decodedFrom, type MessageContext, openMessage } from '../../hl7v2/observation/message-context.ts'
import { type PatientMessageGroup, patientGroups } from '../../hl7v2/observation/message-groups.ts'
import { orderResults } from '../../hl7v2/observation/order-results.ts'

/** MSH-9.1^9.2 as `peek` names it; no other format may take the same. */
const KIND = 'ORU^__EVENT__'

/** Results of the dialect __NAME__: one Observation an OBX. */
export default defineFormat({
  name: '__NAME__',
  family: 'hl7v2',
  mediaTypes: ['x-application/hl7-v2+er7'],
  accepts: (kind) => kind === KIND,

  decode(envelope, feed) {
    const context = openMessage(envelope, feed)
    const patients = patientGroups(context.message)
    if (!patients.some(({ pid }) => pid)) throw new AppError('HL7_SEGMENT_MISSING', { at: 'PID' })
    return decodedFrom(
      context,
      envelope,
      patients.map((patient) => group(patient, context))
    )
  }
})

function group({ pid, orders }: PatientMessageGroup, context: MessageContext): PatientGroup {
  return {
    ...emptyGroup(),
    ...(pid ? { subject: subjectClaim(pid, context.clock) } : {}),
    resources: orderResults(orders, context)
  }
}
