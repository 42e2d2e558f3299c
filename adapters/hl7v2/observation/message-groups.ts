import type { Hl7Message, Hl7Segment } from '../message.ts'

export interface ObservationGroup {
  obx: Hl7Segment
  /** NTE that follow it. */
  notes: Hl7Segment[]
}

/** ORDER_OBSERVATION of ORU, ORDER of OML and ORM. */
export interface OrderGroup {
  orc?: Hl7Segment
  obr?: Hl7Segment
  notes: Hl7Segment[]
  observations: ObservationGroup[]
  specimens: Hl7Segment[]
}

/** PATIENT_RESULT of ORU; PATIENT with its orders in OML and ORM. */
export interface PatientMessageGroup {
  pid?: Hl7Segment
  pv1?: Hl7Segment
  orders: OrderGroup[]
}

/**
 * Splits a message into its groups. HL7 2.5.1 sections 7.3.1 (ORU_R01) and 4.4.6 (OML_O21).
 *
 * { [ PID [PD1] {NTE} {NK1} [PV1 [PV2]] ] { [ORC] OBR {NTE} { OBX {NTE} } { SPM {OBX} } } }
 *
 * Older versions leave out ORC or SPM; an OBX that stands before any OBR makes an order group without OBR.
 */
export function patientGroups(message: Hl7Message): PatientMessageGroup[] {
  const groups: PatientMessageGroup[] = []
  let patient: PatientMessageGroup | undefined
  let order: OrderGroup | undefined
  let observation: ObservationGroup | undefined
  const openPatient = (): PatientMessageGroup => {
    if (!patient) {
      patient = { orders: [] }
      groups.push(patient)
    }
    return patient
  }
  const openOrder = (): OrderGroup => {
    if (!order) {
      order = { notes: [], observations: [], specimens: [] }
      openPatient().orders.push(order)
    }
    return order
  }
  for (const segment of message.segments) {
    switch (segment.name) {
      case 'PID':
        patient = order = observation = undefined
        openPatient().pid = segment
        break
      case 'PV1':
        openPatient().pv1 ??= segment
        break
      case 'ORC':
        order = observation = undefined
        openOrder().orc = segment
        break
      case 'OBR':
        if (order?.obr || (order && !order.orc)) order = undefined
        observation = undefined
        openOrder().obr = segment
        break
      case 'OBX':
        observation = { obx: segment, notes: [] }
        openOrder().observations.push(observation)
        break
      case 'SPM':
        observation = undefined
        openOrder().specimens.push(segment)
        break
      case 'NTE':
        if (observation) observation.notes.push(segment)
        else order?.notes.push(segment)
        break
    }
  }
  return groups
}
