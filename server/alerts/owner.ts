import type { Encounter } from '@medplum/fhirtypes'
import type { Config } from '../config/schema.ts'

/** Who answers: the first row of the site table that fits location and service; else the fallback queue, never silence. */
export function ownerOf(encounter: Encounter | undefined, alerts: Config['alerts']): string {
  const location = encounter?.location?.at(-1)?.location.display
  const service = encounter?.serviceType?.text
  const row = alerts.owners.find(
    (r) =>
      (!r.location || r.location === location) && (!r.service || r.service === service) && (r.location || r.service)
  )
  return row?.owner ?? alerts.fallbackOwner
}
