import type { DecodeNote } from '../../../core/decoded.ts'
import { asAppError } from '../../../core/errors/app-error.ts'
import { defineFormat } from '../../../core/format.ts'
import { clinicalTime } from './clinical-time.ts'
import { entriesOf } from './entries.ts'
import { parseResource } from './parse-json.ts'
import { patientGroups } from './patient-groups.ts'
import { writeFhir } from './writer.ts'

/** FHIR R4 Bundles and single resources that another system sends. */
export default defineFormat({
  name: 'fhir-bundle',
  family: 'fhir',
  mediaTypes: ['application/fhir+json'],
  accepts: (kind) => kind.startsWith('fhir/'),

  decode(envelope, feed) {
    const notes: DecodeNote[] = []
    try {
      const resource = parseResource(envelope.body)
      const messageTime = resource.resourceType === 'Bundle' ? clinicalTime(resource.timestamp) : undefined
      const groups = patientGroups(entriesOf(resource, feed.name, notes), feed.name)
      return {
        ...(messageTime ? { messageTime } : {}),
        groups,
        embedded: [],
        correlation: { ...envelope.correlation },
        notes
      }
    } catch (error) {
      // JSON of any shape may stand where FHIR wants an object: that is the sender's content, not a defect of ours.
      throw asAppError(error, 'DECODE_FAILED')
    }
  },
  writer: { as: 'fhir', encode: writeFhir }
})
