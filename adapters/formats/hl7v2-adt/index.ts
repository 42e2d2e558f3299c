import { emptyGroup, type PatientGroup } from '../../../core/decoded.ts'
import { defineFormat } from '../../../core/format.ts'
import { subjectClaim } from '../../hl7v2/claims/subject.ts'
import { visitClaim } from '../../hl7v2/claims/visit.ts'
import { decodedFrom, openMessage } from '../../hl7v2/observation/message-context.ts'
import { adtEvent } from './adt-event.ts'
import { diagnoses } from './diagnosis.ts'
import { ADT_EVENTS } from './events.ts'
import { adtGroups } from './groups.ts'

/** Admission, discharge, transfer and merge messages: who, which visit, what happened (rules section 2). */
export default defineFormat({
  name: 'hl7v2-adt',
  family: 'hl7v2',
  mediaTypes: ['x-application/hl7-v2+er7'],
  accepts: (kind) => /^ADT\^[A-Z]\d{2}$/.test(kind),

  decode(envelope, feed) {
    const context = openMessage(envelope, feed)
    const event = context.message.event.trim().toUpperCase()
    if (!ADT_EVENTS.has(event)) return { ...decodedFrom(context, envelope, []), ignored: 'ignored-event' }
    const groups = adtGroups(context.message, event).map(({ pid, mrg, pv1, dg1 = [] }): PatientGroup => {
      const visit = visitClaim(pv1, pid, context.clock)
      return {
        ...emptyGroup(),
        subject: subjectClaim(pid, context.clock),
        ...(visit ? { visit } : {}),
        // Of a merge or move the diagnoses belong to the visit as it was filed before.
        resources: mrg ? [] : diagnoses(dg1, visit, context),
        adt: adtEvent(event, mrg, context)
      }
    })
    return decodedFrom(context, envelope, groups)
  }
})
