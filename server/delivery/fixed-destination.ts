import type { Resource } from '@medplum/fhirtypes'
import type { Destination } from '../../core/destination.ts'
import { AppError } from '../../core/errors/app-error.ts'
import type { Config, DestinationConfig } from '../config/schema.ts'
import { fhirMirror } from './fhir-mirror/destination.ts'
import { hl7Destination } from './hl7-destination.ts'
import type { Outbox } from './outbox.ts'

export interface FixedDestinationDeps {
  feeds: Config['feeds']
  outbox: Pick<Outbox, 'sentVersions'>
  /** Results of a module in shadow mode reach nobody (rules section 9). */
  mayLeave(resource: Resource): boolean
}

/** A destination of the configuration, by its kind. @throws AppError CONFIG_INVALID */
export function fixedDestination(
  config: DestinationConfig,
  { feeds, outbox, mayLeave }: FixedDestinationDeps
): Destination {
  switch (config.kind) {
    case 'mllp': {
      const answered = feeds.filter(({ replyTo }) => replyTo === config.name)
      const names = answered.map(({ name }) => name)
      return hl7Destination({ config, feeds: names, zone: answered[0]?.zone ?? 'UTC', outbox, mayLeave })
    }
    case 'fhir':
      return fhirMirror({ config, outbox, mayLeave })
    default:
      // A file may say anything.
      throw new AppError('CONFIG_INVALID', {
        at: `destinations ${(config as DestinationConfig).name} kind`,
        reason: 'value'
      })
  }
}
