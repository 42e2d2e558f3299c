import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RiskAssessment, ServiceRequest, Task } from '@medplum/fhirtypes'
import {
  TINY_REFERENCE,
  tinyReferencePocketK,
  writeTinyModel
} from '../../../inference/runtime/fixtures/tiny-pocket-k.ts'
import { simulateEcg } from '../../../server/demo/simulate/ecg.ts'
import { buildWorld, type World } from '../../support/world.ts'
import { dtm, hl7, minutes, msh, type Person, pid } from './hospital.ts'
import { segment, sender } from './hospital-world.ts'
import { quiet } from './quiet.ts'
import { type LabMessage, laboratory, subscriber } from './receivers.ts'

/**
 * A laboratory, a cart and a subscriber around the whole server, with a model of which the height of the tracing alone decides
 * the band: what is proved here does not move with the shipped weights. Nobody in it exists.
 */

/** Gain of the simulated tracing for each band of the tiny model under SITE; `raised`: high for 5.5, not for 6.0 mmol/L. */
export const GAIN = { flat: 0, low: 1, raised: 2.6, high: 3.2, 'very-high': 6 } as const

const SITE = {
  assumedPrevalence: 0.02,
  bands: { 'k-gt-5.5': { lowBelow: 0.1, highFrom: 0.15 }, 'k-ge-6.0': { lowBelow: 0.05, highFrom: 0.08 } },
  topBand: { label: 'k-ge-6.0', from: 0.25 },
  origin: { figures: 'illustration' }
}

const codeMap = {
  orders: { 'L|KSCREEN': 'pocket-k', 'L|ECGM': 'ecgomics' },
  observations: { 'L|K': { system: 'http://loinc.org', code: '2823-3', display: 'Potassium' } }
}

/** Only the module that is looked at runs, unless a test asks for more. */
const OFF = { mode: 'off', policy: {} }

export interface LabWorldOptions {
  mode?: 'shadow' | 'advisory'
  policy?: Record<string, unknown>
  profile?: Record<string, unknown>
  feedOptions?: Record<string, unknown>
  /** Further modules of the configuration. */
  modules?: Record<string, unknown>
  alerts?: Record<string, unknown>
  /** The model is given the own reference; by default it has no such input, and the comparison is measured. */
  readsReference?: boolean
}

export type LabWorld = Awaited<ReturnType<typeof labWorld>>

/** @param profile of the laboratory's destination, over what answers everything that a laboratory result asked for */
export async function labWorld({
  mode = 'advisory',
  policy = {},
  profile = {},
  feedOptions = {},
  modules,
  alerts,
  readsReference = false
}: LabWorldOptions = {}) {
  const models = await mkdtemp(join(tmpdir(), 'models-'))
  const folder = await writeTinyModel(models, {
    name: 'tiny-pocket-k',
    site: SITE,
    ...(readsReference ? { bytes: tinyReferencePocketK(), changes: TINY_REFERENCE } : {})
  })
  const { sha256 } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as { sha256: string }
  const lab = await laboratory()
  const hook = await subscriber()
  let offsetMs = 0
  const started = Math.floor(Date.now() / 1000) * 1000
  /** Stands still but for `forward`, so that two messages may name one instant. */
  const now = () => new Date(started + offsetMs)
  const approval = { approver: 'test', date: '2026-01-01', modelSha256: sha256, threshold: 0.2, evaluation: 'test' }
  const world = await buildWorld({
    clock: { now: () => new Date(Date.now() + offsetMs) },
    config: {
      feeds: [
        {
          name: 'hl7',
          transport: 'mllp',
          options: { port: 0, ...feedOptions },
          defaultAuthority: 'HOSP',
          zone: 'UTC',
          codeMap,
          replyTo: 'lab'
        }
      ],
      destinations: [
        {
          name: 'lab',
          kind: 'mllp',
          address: lab.address,
          acceptsSynthetic: true,
          profile: { timeoutMs: 2000, unsolicited: 'asked', ...profile }
        }
      ],
      models: { root: models },
      modules: { 'pocket-k': { mode, policy, approval }, ecgomics: OFF, 'cap-icu': OFF, anyecg: OFF, ...modules },
      subscriptions: { allowedHosts: ['127.0.0.1'] },
      alerts: { provisionalPatients: true, ...alerts }
    }
  }).catch(async (error: unknown) => {
    // Nobody gets this world, so nobody stops it.
    await lab.close()
    await hook.close()
    throw error
  })
  const client = sender(world)
  let n = 0

  return {
    ...world,
    lab,
    hook,
    now,
    /** Sends one after the other; the text of the last answer. All they cause is done. */
    async send(...messages: Uint8Array[]): Promise<string> {
      let reply = ''
      for (const bytes of messages) reply = Buffer.from((await client.send(bytes)).reply).toString()
      await settled(world)
      return reply
    },
    /** Sends all at once; their answers in order. */
    async sendTogether(...messages: Uint8Array[]): Promise<string[]> {
      const replies = await Promise.all(messages.map((bytes) => client.send(bytes)))
      await settled(world)
      return replies.map(({ reply }) => Buffer.from(reply).toString())
    },
    settled: () => settled(world),
    /** Sets the clock of the server forward; a timer set afterwards makes it look at once. */
    forward(minutesOn: number): void {
      offsetMs += minutesOn * 60_000
    },
    /** MSH-10 and MSH-7 of a message, different each time and rising. */
    head: () => ({ id: `M${++n}`, at: new Date(now().getTime() + n * 1000) }),
    async subscribe(criteria: string): Promise<void> {
      const response = await fetch(`${world.http}/fhir/R4/Subscription`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify({
          resourceType: 'Subscription',
          status: 'requested',
          reason: 'test',
          criteria,
          channel: { type: 'rest-hook', endpoint: hook.url, payload: 'application/fhir+json' }
        })
      })
      if (response.status !== 201) throw new Error(`the subscription was answered ${response.status}`)
    },
    /** What the subscriber was told of that type, in order. */
    told: <T>(type: string): T[] =>
      hook.received
        .map(({ body }) => JSON.parse(body) as T & { resourceType: string })
        .filter((one) => one.resourceType === type),
    /** Results sent about a person, in order. */
    orus: (mrn: string): LabMessage[] =>
      lab.received.filter(({ type, text }) => type === 'ORU^R01' && segment(text, 'PID')(3).startsWith(`${mrn}^`)),
    risks: (mrn: string) =>
      world.search<RiskAssessment & { id: string }>(`RiskAssessment?patient.identifier=${mrn}&_count=50`),
    proposals: (mrn: string) =>
      world.search<ServiceRequest & { id: string }>(
        `ServiceRequest?patient.identifier=${mrn}&intent=proposal&_count=50`
      ),
    orders: (mrn: string) =>
      world.search<ServiceRequest & { id: string }>(`ServiceRequest?patient.identifier=${mrn}&intent=order&_count=50`),
    alarms: async (mrn: string) =>
      (await world.search<Task & { id: string }>(`Task?patient.identifier=${mrn}&_count=50`)).filter(({ code }) =>
        code?.coding?.some((coding) => coding.code === 'risk-alert')
      ),
    async stop(): Promise<void> {
      await client.close()
      await world.stop()
      await lab.close()
      await hook.close()
      await rm(models, { recursive: true })
    }
  }
}

/** Nothing on its way inside, and nothing waiting to leave. */
async function settled(world: World): Promise<void> {
  await quiet(world.app)
  await world.until('an empty outbox', async () => (await world.app.outbox.destinationsWaiting()).length === 0)
}

export const FACTS = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }

interface TracingMessage extends Person {
  id: string
  at: Date
  filler: string
  acquiredAt: Date
  band: keyof typeof GAIN
  seed?: number
  leads?: keyof typeof MEASURED
  /** OBR-25 and OBX-11. */
  status?: string
}

const shapes = new Map<string, Float64Array[]>()
/** Names and channel codes of the leads that a cart measures; the limb leads but I and II follow from these two. */
const MEASURED = { two: ['I', 'II'], eight: ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] } as const

function shapeOf(seed: number, names: readonly string[]): Float64Array[] {
  const key = `${seed} ${names.length}`
  const ecg = shapes.has(key) ? undefined : simulateEcg({ seed, potassium: 4.2, stepUv: 5 })
  if (ecg)
    shapes.set(
      key,
      names.map((name) => ecg.samples[ecg.leads.findIndex((lead) => lead.name === name)]!)
    )
  return shapes.get(key)!
}

/** ORU^W01 of leads I and II, or of eight leads, whose height puts it into the band. */
export function tracing({
  id,
  at,
  filler,
  acquiredAt,
  band,
  seed = 7,
  leads = 'two',
  status = 'F',
  ...person
}: TracingMessage): Uint8Array {
  const names = MEASURED[leads]
  const counts = shapeOf(seed, names).map((lead) =>
    Array.from(lead, (mv) => Math.round((mv * GAIN[band]) / 0.005)).join('^')
  )
  return hl7(
    msh({ type: 'ORU^W01^ORU_R01', controlId: id, at, application: 'CART' }),
    pid({ ...FACTS, ...person }),
    `OBR|1||${filler}^CART|93000^EKG REPORT^L|||${dtm(acquiredAt)}||||||||||||||||||${status}`,
    ...names.map(
      (name, i) => `OBX|${i + 1}|CD|93000&CHN^EKG^L|1|${i + 1}&${name}^${name}^5&uV^1&0^500^-4096&4095||||||${status}`
    ),
    `OBX|${names.length + 1}|TS|93000&TIM^EKG^L|1|${dtm(acquiredAt)}||||||${status}`,
    ...counts.map((values, i) => `OBX|${names.length + 2 + i}|NA|93000&WAV^EKG^L|1|${values}||||||${status}`)
  )
}

interface BloodMessage extends Person {
  id: string
  at: Date
  /** OBR-3 and, with P before it, OBR-2. */
  filler: string
  collectedAt: Date
  value?: string
  units?: string
  type?: string
  /** OBX-11 and OBR-25. */
  status?: string
  obr25?: string
  /** OBX-3; `null`: no OBX at all. */
  code?: string | null
  /** OBR-4 */
  ordered?: string
  /** SPM-4 */
  specimen?: string
  /** SPM-21 */
  rejected?: string
}

/** ORU^R01 of a potassium under a laboratory order of the laboratory's own. */
export function blood({
  id,
  at,
  filler,
  collectedAt,
  value = '',
  units = 'mmol/L',
  type = 'NM',
  status = 'F',
  obr25 = status,
  code = 'K^Potassium^L',
  ordered = 'ELYTE^Electrolytes^L',
  specimen = 'SER^Serum^HL70487',
  rejected = '',
  ...person
}: BloodMessage): Uint8Array {
  return hl7(
    msh({ type: 'ORU^R01^ORU_R01', controlId: id, at }),
    pid({ ...FACTS, ...person }),
    `ORC|RE|P${filler}^WARD|${filler}^LAB`,
    `OBR|1|P${filler}^WARD|${filler}^LAB|${ordered}|||${dtm(collectedAt)}|||||||||||||||${dtm(at)}|||${obr25}`,
    ...(code === null ? [] : [`OBX|1|${type}|${code}||${value}|${units}|3.5-5.1||||${status}|||${dtm(collectedAt)}`]),
    `SPM|1|${filler}S||${specimen}|||||||||||||${dtm(collectedAt)}||||${rejected}`.replace(/\|+$/, '')
  )
}

interface OrderMessage extends Person {
  id: string
  at: Date
  placer: string
  placedAt?: Date
  control?: string
  code?: string
  type?: 'OML' | 'ORM'
}

/** OML^O21 or ORM^O01 that asks for the screen. */
export const ordered = ({
  id,
  at,
  placer,
  placedAt = at,
  control = 'NW',
  code = 'KSCREEN^Potassium screen^L',
  type = 'OML',
  ...person
}: OrderMessage): Uint8Array =>
  hl7(
    msh({ type: type === 'OML' ? 'OML^O21^OML_O21' : 'ORM^O01^ORM_O01', controlId: id, at }),
    pid({ ...FACTS, ...person }),
    `ORC|${control}|${placer}^WARD|||||||${dtm(placedAt)}`,
    `OBR|1|${placer}^WARD||${code}|||${dtm(placedAt)}`
  )

type Numbered<T> = Partial<T> & { no?: string }

/**
 * What a cart, a laboratory and a ward say about a person, all at usual times; `no` says which of the person's recordings,
 * samples or orders it is.
 *
 * @param usual what every sample has unless it says otherwise
 */
export function voicesOf(world: () => LabWorld, usual: Partial<BloodMessage> = {}) {
  const ago = (n: number) => minutes(world().now(), -n)
  return {
    ago,
    ecg: (mrn: string, { no = '', ...changes }: Numbered<TracingMessage> = {}) =>
      tracing({ ...world().head(), filler: `E${mrn}${no}`, acquiredAt: ago(20), band: 'high', mrn, ...changes }),
    potassium: (mrn: string, { no = '', ...changes }: Numbered<BloodMessage> = {}) =>
      blood({ ...world().head(), filler: `F${mrn}${no}`, collectedAt: ago(15), mrn, ...usual, ...changes }),
    screen: (mrn: string, { no = '', ...changes }: Numbered<OrderMessage> = {}) =>
      ordered({ ...world().head(), placer: `P${mrn}${no}`, placedAt: world().now(), mrn, ...changes })
  }
}

/** NTE-3 of a message. */
export const notesOf = ({ text }: LabMessage): string[] =>
  text
    .split('\r')
    .filter((line) => line.startsWith('NTE|'))
    .map((line) => line.split('|')[3] ?? '')

/** What an asked result says of the laboratory's own order of that person's potassium. */
export const LAB_ORDER_NOTE = (mrn: string): string =>
  `Potassium of laboratory order: placer PF${mrn} (WARD), filler F${mrn} (LAB).`

export { dtm, minutes }
