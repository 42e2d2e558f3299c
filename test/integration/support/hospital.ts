import { randomUUID } from 'node:crypto'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'

/** Messages of a small simulated hospital, for tests over the whole server. Nobody in them exists. */

/** 'YYYYMMDDHHMMSS+0000' */
export const dtm = (at: Date): string => `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`

export const minutes = (at: Date, n: number): Date => new Date(at.getTime() + n * 60_000)

export const hl7 = (...segments: string[]): Uint8Array => Buffer.from(segments.map((one) => `${one}\r`).join(''))

export interface Msh {
  type: string
  controlId: string
  at: Date
  application?: string
  /** MSH-15 and MSH-16. */
  accept?: string
  applicationAck?: string
  processingId?: string
}

export const msh = ({ type, controlId, at, application = 'LIS', accept, applicationAck, processingId = 'P' }: Msh) =>
  `MSH|^~\\&|${application}|HOSP|HIS|HISBUNDLE|${dtm(at)}||${type}|${controlId}|${processingId}|2.5.1|||${accept ?? ''}|${applicationAck ?? ''}`.replace(
    /\|+$/,
    ''
  )

export interface Person {
  mrn: string
  family?: string
  given?: string
  birthDate?: string
  sex?: string
}

export const pid = ({ mrn, family = 'Sim', given = 'Ulla', birthDate = '', sex = '' }: Person) =>
  `PID|1||${mrn}^^^HOSP^MR||${family}^${given}||${birthDate}|${sex}`

/** A visit number the ADT system gave. */
const pv1 = (visit: string | undefined): string[] => (visit ? [`PV1|1|I|3W||||||||||||||||${visit}^^^HOSP^VN`] : [])

interface Base extends Person {
  controlId: string
  /** MSH-7 */
  at: Date
}

export const admission = ({
  controlId,
  at,
  visit,
  admittedAt,
  event = 'A01',
  ...person
}: Base & { visit: string; admittedAt: Date; event?: string }): Uint8Array =>
  hl7(
    msh({ type: `ADT^${event}^ADT_A01`, controlId, at, application: 'ADT' }),
    `EVN|${event}|${dtm(at)}||||${dtm(admittedAt)}`,
    pid(person),
    `PV1|1|I|3W||||||||||||||||${visit}^^^HOSP^VN|||||||||||||||||||||||||${dtm(admittedAt)}`
  )

/** A40: `source` is the incorrect number, the person of `base` the survivor. */
export const merge = ({ controlId, at, source, ...survivor }: Base & { source: string }): Uint8Array =>
  hl7(
    msh({ type: 'ADT^A40^ADT_A39', controlId, at, application: 'ADT' }),
    `EVN|A40|${dtm(at)}`,
    pid(survivor),
    `MRG|${source}^^^HOSP^MR`
  )

export interface LabResult extends Base {
  filler: string
  value: string
  collectedAt: Date
  /** OBX-11; default F. */
  status?: string
  haemolysed?: boolean
  visit?: string
  /** OBX-3 */
  code?: string
  comment?: string
}

export const potassium = ({
  controlId,
  at,
  filler,
  value,
  collectedAt,
  status = 'F',
  haemolysed,
  visit,
  code = 'K^Potassium^L',
  comment,
  ...person
}: LabResult): Uint8Array =>
  hl7(
    msh({ type: 'ORU^R01^ORU_R01', controlId, at }),
    pid(person),
    ...pv1(visit),
    `ORC|RE||${filler}^LAB`,
    `OBR|1||${filler}^LAB|ELYTE^Electrolytes^L|||${dtm(collectedAt)}|||||||||||||||${dtm(at)}|||${status}`,
    `OBX|1|NM|${code}||${value}|mmol/L|3.5-5.1||||${status}|||${dtm(collectedAt)}`,
    ...(comment ? [`NTE|1|L|${comment}`] : []),
    `SPM|1|${filler}S||SER^Serum^HL70487|||||||||||||${dtm(collectedAt)}||||${haemolysed ? 'RH^Hemolysis^HL70490' : ''}`.replace(
      /\|+$/,
      ''
    )
  )

export interface Order extends Base {
  placer: string
  placedAt: Date
  /** ORC-1; default NW. */
  control?: string
  accept?: string
  applicationAck?: string
  code?: string
}

export const order = ({
  controlId,
  at,
  placer,
  placedAt,
  control = 'NW',
  accept,
  applicationAck,
  code = 'KSCREEN^Potassium screen^L',
  ...person
}: Order): Uint8Array =>
  hl7(
    msh({ type: 'OML^O21^OML_O21', controlId, at, accept, applicationAck }),
    pid(person),
    `ORC|${control}|${placer}^LAB|||||||${dtm(placedAt)}`,
    `OBR|1|${placer}^LAB||${code}|||${dtm(placedAt)}`
  )

export interface EcgMessage extends Base {
  filler: string
  acquiredAt: Date
  /** Latent potassium of the simulator: 8.2 scores in the top band, 4.2 low. */
  latent: number
  seed: number
  /** OBR-25 and OBX-11 of the samples. */
  status?: string
}

const samples = new Map<string, string[]>()
/** Counts of 5 uV of leads I and II, as NA fields. */
const counts = (seed: number, latent: number): string[] => {
  const key = `${seed}|${latent}`
  let known = samples.get(key)
  if (!known) {
    const ecg = simulateEcg({ seed, potassium: latent, stepUv: 5 })
    known = [0, 1].map((lead) => Array.from(ecg.samples[lead]!, (mv) => Math.round(mv / 0.005)).join('^'))
    samples.set(key, known)
  }
  return known
}

/** ORU^W01 in the dialect of chapter 7 with NA values. */
export const ecgMessage = ({
  controlId,
  at,
  filler,
  acquiredAt,
  latent,
  seed,
  status = 'F',
  ...person
}: EcgMessage): Uint8Array =>
  hl7(
    msh({ type: 'ORU^W01^ORU_R01', controlId, at, application: 'CART' }),
    pid(person),
    `OBR|1||${filler}^CART|93000^EKG REPORT^L|||${dtm(acquiredAt)}||||||||||||||||||${status}`,
    `OBX|1|CD|93000&CHN^EKG^L|1|1&I^I^5&uV^1&0^500^-2048&2047||||||${status}`,
    `OBX|2|CD|93000&CHN^EKG^L|1|2&II^II^5&uV^1&0^500^-2048&2047||||||${status}`,
    `OBX|3|TS|93000&TIM^EKG^L|1|${dtm(acquiredAt)}||||||${status}`,
    ...counts(seed, latent).map((values, i) => `OBX|${4 + i}|NA|93000&WAV^EKG^L|1|${values}||||||${status}`)
  )

export const freshToken = (): string => randomUUID().replaceAll('-', '').slice(0, 8).toUpperCase()
