import type { Resource } from '@medplum/fhirtypes'
import type { Correlation } from './envelope.ts'
import type { Frame, Series } from './series.ts'
import type { ClinicalTime } from './time.ts'
import type { Waveform } from './waveform.ts'

/** In decoded resources: replaced by the patient, the encounter, or the resource with that business key. */
export const SUBJECT = 'urn:hisbundle:subject'
export const ENCOUNTER = 'urn:hisbundle:encounter'
export const keyReference = (businessKey: string): string => `urn:hisbundle:key:${businessKey}`

export interface PatientIdentifier {
  value: string
  /** Assigning authority as sent (PID-3.4 namespace or OID, (0010,0021)); absent: the feed's default is used. */
  authority?: string
  /** HL7 table 0203: MR, PI, AN, SS ... */
  type?: string
}

/** Who the message says it is about. Matching is the record step's work, not the format's. */
export interface SubjectClaim {
  identifiers: PatientIdentifier[]
  family?: string
  given?: string[]
  /** YYYY-MM-DD */
  birthDate?: string
  sex?: 'male' | 'female' | 'other' | 'unknown'
  deceased?: boolean | ClinicalTime
  telecom?: { system: 'phone' | 'email'; value: string }[]
  address?: { line?: string; city?: string; postalCode?: string; country?: string }
  /** Categories of the CDC race code system (HL7 table 0005: 2106-3 ...), where a site records them lawfully. */
  race?: string[]
  /** Category of the CDC ethnicity codes: 2135-2 Hispanic or Latino, 2186-5 not. */
  ethnicity?: string
  /** Fields that were sent as `""` (delete); empty fields are simply absent (no change). Rules section 2. */
  deleted?: ('family' | 'given' | 'birthDate' | 'sex' | 'deceased' | 'telecom' | 'address' | 'race' | 'ethnicity')[]
}

export interface VisitClaim {
  /** PV1-19, else PID-18, else DICOM (0038,0010). */
  number?: PatientIdentifier
  class?: string
  location?: string
  attending?: string
  admittedAt?: ClinicalTime
  dischargedAt?: ClinicalTime
  /** PV1-36 */
  dischargeDisposition?: string
}

/** An ADT event in the field's words; the record step knows what each does to patient and encounter (rules section 2). */
export interface AdtEvent {
  event: string
  /** EVN-2 (recorded), which orders events; EVN-6 (occurred) when sent. */
  recordedAt?: ClinicalTime
  occurredAt?: ClinicalTime
  /** MRG-1 / MRG-5 of each PID/MRG group: what is replaced by this group's subject or visit. */
  merged?: { identifiers: PatientIdentifier[]; visitNumber?: PatientIdentifier }
}

export interface DecodedResource {
  /** Business identity (design section 3b), e.g. 'obs|<authority>|<filler>|<OBX-3>|<OBX-4>'. Unique within the site. */
  businessKey: string
  resource: Resource
  /**
   * 'replace': the whole content is asserted. 'status': only the status changes (OBX-11 D, W, U, X after a value): the
   * stored values stay; when nothing is stored, the resource is written as it is here.
   */
  mode: 'replace' | 'status'
}

/** One ORC/OBR of an order message. */
export interface OrderRequest {
  /** ORC-1: NW, CA, DC, XO. */
  control: string
  placerOrderNumber: string
  fillerOrderNumber?: string
  /** ServiceRequest with business key; for NW and XO its content, for CA and DC only its identity. */
  request: DecodedResource
  /** Local module id whose question this order asks (by the feed's code map); absent: not ours. */
  module?: string
}

export interface DecodedWaveform {
  /** Business identity of the recording: 'dicom|<SOP Instance UID>|<group>' or 'oru|<authority>|<OBR-3>'. */
  businessKey: string
  /** All groups of the recording; the first of kind 'rhythm' is the tracing. */
  waveforms: Waveform[]
  acquiredAt: ClinicalTime
  receivedFrom: 'hl7v2' | 'dicom' | 'ecg' | 'fhir' | 'signal'
  /** As the source stated: cart statements and measurements, in words or codes, kept as they came. */
  statements?: string[]
  device?: { manufacturer?: string; model?: string; serial?: string }
  paced?: boolean
  synthetic?: boolean
  /** Order numbers of the message that brought it, as EI text. */
  placerOrderNumber?: string
  fillerOrderNumber?: string
  /** A correction (OBR-25 / OBX-11 C) or a retraction (D, W, X) of the earlier recording with this business key. */
  state?: 'final' | 'corrected' | 'retracted'
  /** Of a retraction: the sender says that it was another person's (OBX-11 W, tag `wrong-patient`), not merely deleted. */
  wrongPatient?: true
}

/** A piece of a series that arrives in many messages; the Assembly joins pieces by `assembly` key (design section 4). */
export interface DecodedPart {
  /** 'cmr|<study uid>|<series uid>' */
  assembly: string
  /** Identity within the assembly: SOP Instance UID. */
  part: string
  series: Omit<Series, 'frames' | 'complete'>
  frames: Omit<Frame, 'sha256'>[]
  /** Number of parts when the sender says it; completes the assembly when reached. */
  expected?: number
  /** Quiet time after which the assembly is emitted as it is. */
  timeoutMs: number
}

export interface EmbeddedMessage {
  mediaType: string
  bytes: Uint8Array
}

/** A coded remark of the decoder: a leniency used, a code without a map. Never a value of the patient. */
export interface DecodeNote {
  code: 'code-unmapped' | 'unit-unmapped' | 'leniency' | 'content-ignored' | 'time-ambiguous'
  at: string
  /** For code-unmapped: 'system|code' as sent with display: what `hisbundle codes --unmapped` lists. */
  coded?: { system: string; code: string; display?: string }
}

/** All that one message says about one patient. */
export interface PatientGroup {
  subject?: SubjectClaim
  visit?: VisitClaim
  adt?: AdtEvent
  resources: DecodedResource[]
  orders: OrderRequest[]
  waveforms: DecodedWaveform[]
  parts: DecodedPart[]
}

export interface Decoded {
  messageTime?: ClinicalTime
  /** MSH-11: 'T' and 'D' are never stored as production (tagged). */
  processingId?: 'P' | 'T' | 'D'
  groups: PatientGroup[]
  embedded: EmbeddedMessage[]
  correlation: Correlation
  notes: DecodeNote[]
  /** Set when the message is understood and deliberately has no effect (an A-event outside the list). */
  ignored?: 'ignored-event'
}

export const emptyGroup = (): PatientGroup => ({ resources: [], orders: [], waveforms: [], parts: [] })
