import type { CodeMap } from '../../core/format.ts'
import type { PeerRules } from '../../core/peers.ts'
import type { AuthConfig } from './sections/auth.ts'
import type { BlobsConfig } from './sections/blobs.ts'
import type { BusConfig } from './sections/bus.ts'
import type { LoopConfig } from './sections/loop.ts'
import type { RetentionConfig } from './sections/retention.ts'
import type { Role } from './sections/roles.ts'
import type { ScoreConfig } from './sections/scores.ts'
import type { StoreConfig } from './sections/store.ts'

export type ModuleMode = 'off' | 'shadow' | 'advisory'

/** A way in: transport x formats (design section 4). */
export interface FeedConfig {
  name: string
  transport: string
  /** Format folders this feed may use; absent: every format of the transport's families. */
  formats?: string[]
  /** Options of the transport (port, host, tls ...) and of the formats (seriesTimeoutMs, orderReply ...). */
  options: Record<string, unknown>
  /** Who may send; beyond loopback a feed listens only with addresses or client certificates here. */
  peers?: PeerRules
  defaultAuthority?: string
  zone: string
  codeMap: CodeMap
  /** Name of the destination that gets ORL (enhanced mode) and ORU answers to this feed's orders. */
  replyTo?: string
}

/** A way out. Subscriptions are destinations of their own and stand in the FHIR store. */
export type DestinationConfig = Hl7DestinationConfig | FhirDestinationConfig

interface AnyDestinationConfig {
  name: string
  acceptsSynthetic: boolean
  commitment: 'required' | 'none'
}

export interface Hl7DestinationConfig extends AnyDestinationConfig {
  kind: 'mllp'
  /** 'mllp://host:port' */
  address: string
  profile: {
    sendingApplication?: string
    sendingFacility?: string
    receivingApplication?: string
    receivingFacility?: string
    /** OBX-11 / OBR-25 of results: P preliminary (default), R entered not verified, F by explicit site policy. */
    resultStatus?: 'P' | 'R' | 'F'
    characterSet?: string
    processingId?: 'P' | 'T' | 'D'
    timeoutMs?: number
    /**
     * Results that nobody ordered too (off by default, rules section 6): all of them, or only those that a laboratory result
     * asked for (`asked`).
     */
    unsolicited?: boolean | 'asked'
  }
}

/** Another FHIR server that results are mirrored to. */
export interface FhirDestinationConfig extends AnyDestinationConfig {
  kind: 'fhir'
  /** Service base: 'https://host/fhir/R4'; no credentials in it. */
  address: string
  profile: {
    /**
     * id (default): every resource is put there under our id. identifier: the Patient is a conditional update by its business
     * identifier, for a server that has its own record of the person.
     */
    patients?: 'id' | 'identifier'
    /** Where the bearer token is: a file, read before each call, or an environment variable by name. */
    bearerTokenFile?: string
    bearerTokenVariable?: string
    /** For the whole call. Default 20 s. */
    timeoutMs?: number
  }
}

export interface ModuleConfig {
  mode: ModuleMode
  /** Model folder by name when two serve the role; of a module with several models also by role. */
  model?: string | Record<string, string>
  policy: Record<string, unknown>
  /** Advisory needs all four (rules section 9). */
  approval?: {
    approver: string
    date: string
    /** Of a module with several models one of each. */
    modelSha256: string | string[]
    threshold: number
    evaluation: string
  }
}

export interface Config {
  dataDir: string
  http: { host: string; port: number; maxBodyBytes: number }
  auth: AuthConfig
  feeds: FeedConfig[]
  destinations: DestinationConfig[]
  bus: BusConfig
  store: StoreConfig
  blobs: BlobsConfig
  retention: RetentionConfig
  /** The parts of the server that run in this process. */
  roles: Role[]
  /** File that holds the site's secret (ADR 007); '': made once and kept beside or in the store. */
  siteSecretFile: string
  modules: Record<string, ModuleConfig>
  /** Scores of other systems that the closed loop judges like our own. */
  scores: ScoreConfig[]
  loop: LoopConfig
  /** maxMiB: largest model file of the site's own folders; 512 when absent. */
  models: { root?: string; maxMiB?: number }
  inference: { workers?: number; queue: number }
  limits: { maxMessageBytes: number; decodeTimeoutMs: number; decodeMemoryMiB: number; maxLag: number }
  alerts: {
    fallbackOwner: string
    owners: { location?: string; service?: string; owner: string }[]
    provisionalPatients: boolean
  }
  /** One switch that stops all outbound (rules section 9). */
  outbound: boolean
  subscriptions: { allowedHosts: string[] }
  log: { level: string }
}
