import type { BlobStore } from '../../core/blob-store.ts'
import type { Clock } from '../../core/clock.ts'
import type { Decoded } from '../../core/decoded.ts'
import type { Envelope } from '../../core/envelope.ts'
import type { FhirStore, StoreWrite } from '../../core/fhir-store.ts'
import type { FeedFacts } from '../../core/format.ts'
import { keyedUuid } from '../../core/ids.ts'
import type { Logger } from '../../core/log.ts'

export interface RecordDeps {
  store: FhirStore
  blobs: BlobStore
  /** Site secret: no id is made from an MRN without it (design section 3). */
  secret: string
  clock: Clock
  log: Logger
}

/** What the record step knows while it works on one message. */
export interface MessageContext {
  deps: RecordDeps
  envelope: Envelope
  feed: FeedFacts
  decoded: Decoded
  /** Chosen by a person who resolved a quarantine: 'Patient/..'. */
  forcedPatient?: string
}

/** Writes gathered for one atomic commit, later ones over earlier ones of the same resource. */
export class Writes {
  readonly #byKey = new Map<string, StoreWrite>()

  put(write: StoreWrite): void {
    this.#byKey.set(`${write.resource.resourceType}/${write.resource.id}`, write)
  }

  get(resourceType: string, id: string): StoreWrite | undefined {
    return this.#byKey.get(`${resourceType}/${id}`)
  }

  get list(): StoreWrite[] {
    return [...this.#byKey.values()]
  }
}

export const resourceId = (deps: Pick<RecordDeps, 'secret'>, resourceType: string, businessKey: string): string =>
  keyedUuid(deps.secret, resourceType, businessKey)
