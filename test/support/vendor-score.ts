import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { buildAck } from '../../adapters/hl7v2/ack.ts'
import { composite, escapeText } from '../../adapters/hl7v2/build.ts'
import { buildOru } from '../../adapters/hl7v2/oru.ts'
import { parseMessage } from '../../adapters/hl7v2/parse.ts'
import { createMllpClient, type MllpClient } from '../../adapters/transports/mllp/client.ts'
import { createFramer, encodeFrame } from '../../adapters/transports/mllp/framer.ts'

/** What a vendor may do wrong. */
export type Misbehaviour =
  /** Acknowledges and never says a score. */
  | 'silent'
  /** Does not even acknowledge. */
  | 'deaf'
  /** Says AE to everything. */
  | 'refusing'
  /** Says scores of somebody else. */
  | 'wrong-patient'
  /** Sends bytes that are no message, then the score. */
  | 'garbage'
  /** A number far outside its scale. */
  | 'out-of-scale'
  /** A text where the number belongs. */
  | 'words'
  /** First a score out of the admission alone, then the true one, and the first once more in the end. */
  | 'restless'
  /** Never says what it is asked, and talks of somebody else without end. */
  | 'chatty'
  /** The score for men only. */
  | 'men-only'

export interface VendorScoreOptions {
  /** Where scores go: 'mllp://host:port'; read at each answer. */
  answerTo(): string
  /** Logits added for women, for people whose race is not white (2106-3), and for ten years of age. */
  bias?: { female?: number; otherRace?: number; decade?: number }
  misbehaves?: Misbehaviour
  /** OBX-3 of the score. */
  code?: readonly [string, string, string]
  /** When a score is said to be of. Default: one day in 2026. */
  now?(): Date
  /** Sends the answers of so many patients at once, the last first: any order. */
  batch?: number
}

interface Person {
  pid3: string
  visit: string
  sex: string
  race: string
  birthYear: number
  values: Map<string, number[]>
}

export interface VendorScore {
  address: string
  /** Messages taken, by type and event: { 'ADT^A01': 3 }. */
  received: Record<string, number>
  /** Texts of what was taken, for tests that look at what is sent. */
  texts: string[]
  /** What it said, message by message. */
  said: string[]
  stop(): Promise<void>
}

/**
 * The simulated scoring system of some vendor: takes ADT and ORU over MLLP as a hospital sends them, scores by Glasgow coma
 * score and heart rate in percent with one decimal, and sends each score as ORU^R01 under a local code.
 */
export async function startVendorScore(options: VendorScoreOptions): Promise<VendorScore> {
  const { misbehaves, bias = {}, code = ['EWS', 'Early warning score', 'L'], batch = 1 } = options
  const people = new Map<string, Person>()
  const received: Record<string, number> = {}
  const texts: string[] = []
  const said: string[] = []
  const sockets = new Set<Socket>()
  const clients = new Map<string, MllpClient>()
  const waiting: (() => Promise<void>)[] = []
  let sent = 0
  let [isTalking, isStopped] = [false, false]

  const send = async (bytes: Uint8Array): Promise<void> => {
    const address = options.answerTo()
    const { hostname, port } = new URL(address.replace(/^mllp:/, 'http:'))
    const client = clients.get(address) ?? createMllpClient({ host: hostname, port: Number(port) })
    clients.set(address, client)
    // A vendor does not care what becomes of it.
    await client.send(bytes).catch(() => undefined)
  }

  const say = (person: Person, percent: number | string, at: Date): Promise<void> => {
    const { bytes } = buildOru({
      header: {
        sendingApplication: 'EWS',
        sendingFacility: 'VENDOR',
        receivingApplication: 'HISBUNDLE',
        receivingFacility: 'HOSP',
        controlId: `EWS${++sent}`,
        time: at,
        zone: 'UTC',
        processingId: 'T'
      },
      patient: { identifiers: person.pid3 },
      ...(person.visit ? { visit: { class: 'I', number: person.visit } } : {}),
      order: {
        fillerOrderNumber: composite(`EWS${sent}`, 'VENDOR'),
        code: { code: code[0], display: code[1], system: code[2] },
        observedAt: dtm(at),
        statusChangedAt: at,
        resultStatus: 'F'
      },
      observations: [
        {
          content:
            typeof percent === 'number' ? { type: 'NM', value: percent.toFixed(1) } : { type: 'ST', value: percent },
          code: { code: code[0], display: code[1], system: code[2] },
          units: '%',
          status: 'F',
          method: { code: 'EWS', display: 'EWS 2.1', system: 'L' }
        }
      ]
    })
    said.push(Buffer.from(bytes).toString('utf8'))
    return send(bytes)
  }

  const score = async (person: Person, now: Date): Promise<void> => {
    const percent = 100 * riskOf(person, bias, now)
    switch (misbehaves) {
      case 'silent':
        return
      case 'wrong-patient':
        return say({ ...person, pid3: composite('SOMEBODY', undefined, undefined, 'HOSP', 'MR') }, percent, now)
      case 'chatty': {
        const somebody = { ...person, pid3: composite('SOMEBODY', undefined, undefined, 'HOSP', 'MR') }
        const talk = (): void => {
          if (isStopped) return
          void say(somebody, percent, now).then(() => setTimeout(talk, 5).unref())
        }
        if (!isTalking) talk()
        isTalking = true
        return
      }
      case 'garbage':
        await sendRaw(options.answerTo(), Buffer.from('\x0bthis is no message\x1c\r', 'latin1'))
        return say(person, percent, now)
      case 'out-of-scale':
        return say(person, percent + 1000, now)
      case 'words':
        return say(person, 'elevated', now)
      case 'men-only':
        return person.sex === 'F' ? undefined : say(person, percent, now)
      case 'restless': {
        const earlier = new Date(now.getTime() - 3_600_000)
        await say(person, 99, earlier)
        await say(person, percent, now)
        return say(person, 1, earlier)
      }
      default:
        return say(person, percent, now)
    }
  }

  const heard = (bytes: Uint8Array): Uint8Array | undefined => {
    const message = parseMessage(bytes)
    const kind = `${message.type}^${message.event}`
    received[kind] = (received[kind] ?? 0) + 1
    texts.push(Buffer.from(bytes).toString('utf8'))
    if (misbehaves === 'deaf') return undefined
    const code = misbehaves === 'refusing' ? 'AE' : 'AA'
    if (misbehaves !== 'refusing') {
      const person = note(message, people)
      if (kind === 'ORU^R01') {
        waiting.push(() => score(person, options.now?.() ?? new Date(Date.UTC(2026, 2, 1, 12))))
        if (waiting.length >= batch) for (const one of waiting.splice(0).reverse()) void one()
      }
    }
    return buildAck(message, { code, controlId: `V${texts.length}`, time: new Date() })
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    const framer = createFramer()
    socket.on('data', (chunk) => {
      for (const framed of framer.push(chunk)) {
        const answer = framed.kind === 'frame' ? heard(framed.bytes) : undefined
        if (answer) socket.write(encodeFrame(answer))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `mllp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    texts,
    said,
    async stop() {
      isStopped = true
      await Promise.all([...clients.values()].map((client) => client.close()))
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    }
  }
}

function note(message: ReturnType<typeof parseMessage>, people: Map<string, Person>): Person {
  const pid = message.first('PID')!
  const id = pid.get(3)
  const person = people.get(id) ?? { pid3: '', visit: '', sex: '', race: '', birthYear: 0, values: new Map() }
  people.set(id, person)
  person.pid3 = pid.raw(3, 1)
  person.visit = message.first('PV1')?.raw(19) ?? ''
  person.sex = pid.get(8)
  person.race = pid.get(10)
  person.birthYear = Number(pid.get(7).slice(0, 4))
  for (const obx of message.all('OBX')) {
    const code = obx.get(3)
    person.values.set(code, [...(person.values.get(code) ?? []), Number(obx.get(5))])
  }
  return person
}

/** logit p = -2 - .35 (GCS - 12) + .03 (heart rate - 85) + what was planted. */
function riskOf(
  { values, sex, race, birthYear }: Person,
  bias: NonNullable<VendorScoreOptions['bias']>,
  now: Date
): number {
  const mean = (code: string, otherwise: number): number => {
    const all = values.get(code) ?? []
    return all.length > 0 ? all.reduce((sum, x) => sum + x, 0) / all.length : otherwise
  }
  const z =
    -2 -
    0.35 * (mean('9269-2', 12) - 12) +
    0.03 * (mean('8867-4', 85) - 85) +
    (sex === 'F' ? (bias.female ?? 0) : 0) +
    (race && race !== '2106-3' ? (bias.otherRace ?? 0) : 0) +
    ((bias.decade ?? 0) * (now.getUTCFullYear() - birthYear - 60)) / 10
  return 1 / (1 + Math.exp(-z))
}

const dtm = (at: Date): string =>
  escapeText(
    at
      .toISOString()
      .replace(/[-:TZ]/g, '')
      .slice(0, 14)
  ) + '+0000'

async function sendRaw(address: string, bytes: Buffer): Promise<void> {
  const { hostname, port } = new URL(address.replace(/^mllp:/, 'http:'))
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes))
    socket.on('data', () => undefined)
    socket.on('error', () => resolve())
    socket.on('close', () => resolve())
  })
}
