/** Why a FHIR write happened; decides the topic of its event. */
export interface Cause {
  kind: 'rest' | 'ingest' | 'result' | 'alert' | 'delivery' | 'admin'
  envelopeId?: string
  module?: string
  /** Late, replayed or otherwise not fit to alert (rules section 3). */
  late?: boolean
}

/** One committed version, as it lies on events.recorded (kinds rest, ingest, admin) or events.resulted (the others). */
export interface ChangeEvent {
  /** '<type>/<id>/_history/<version>': deterministic, so a second append of the same change is recognised. */
  eventId: string
  resourceType: string
  id: string
  versionId: string
  /** Internal patient id: the key of the event. */
  patientId?: string
  interaction: 'create' | 'update' | 'delete'
  cause: Cause
  /** ISO instant of the commit. */
  at: string
}
