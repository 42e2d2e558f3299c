import { readFileSync } from 'node:fs'
import type { Patient } from '@medplum/fhirtypes'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import transport from '../../../adapters/transports/kafka-topic/index.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { silentLogger } from '../../../core/log.ts'
import type { Arrival, Transport } from '../../../core/transport.ts'
import { buildWorld } from '../../support/world.ts'
import { type KafkaPeer, startKafka } from './broker.ts'

const ADT = new URL('../../../adapters/formats/hl7v2-adt/fixtures/a01-admission.hl7', import.meta.url)
const timeouts = { connect: 2_000, request: 5_000, session: 6_000, rebalance: 10_000, fetchWait: 100 }
let kafka: KafkaPeer
let client: Kafka
let producer: Producer
let names = 0

beforeAll(async () => {
  kafka = await startKafka()
  client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING })
  producer = client.producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0
  })
  await producer.connect()
})
afterAll(async () => {
  await producer.disconnect()
  await kafka.stop()
})

/** A topic of two partitions and a group that nothing else uses. */
async function newTopic(): Promise<{ topic: string; groupId: string }> {
  names += 1
  const topic = `hospital-${names}`
  await createTopic(topic)
  return { topic, groupId: `group-${names}` }
}

async function createTopic(topic: string): Promise<void> {
  const admin = client.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] })
  await admin.disconnect()
}

const send = (topic: string, value: string | null, further: object = {}) =>
  producer.send({ topic, messages: [{ value, ...further }] })

/** A feed whose intake does what `accept` does. */
async function feed(
  { topic, groupId }: { topic: string; groupId: string },
  options: Record<string, unknown> = {},
  accept: (text: string) => Promise<void> = async () => undefined
) {
  const accepted: Arrival[] = []
  const refused: string[] = []
  const waiting: { done(): boolean; resolve(): void }[] = []
  const tell = (): void => {
    for (const { done, resolve } of waiting) if (done()) resolve()
  }
  const running: Transport = transport.create({
    feed: 'hospital',
    options: transport.options({
      brokers: kafka.brokers,
      groupId,
      timeouts,
      topics: { [topic]: { family: 'fhir', mediaType: 'application/fhir+json' } },
      ...options
    }),
    log: silentLogger,
    spoolDir: '',
    refuse(_, error) {
      refused.push(error.code)
      tell()
    },
    async accept(arrival) {
      await accept(Buffer.from(arrival.bytes).toString())
      accepted.push(arrival)
      tell()
      return {
        envelopeId: 'E',
        duplicate: 'none',
        settled: Promise.resolve({ state: 'recorded' }),
        reply: async () => undefined,
        keepReply: () => undefined
      }
    }
  })
  await running.start()
  return {
    accepted,
    refused,
    texts: () => accepted.map(({ bytes }) => Buffer.from(bytes).toString()),
    until: (done: () => boolean): Promise<void> =>
      done() ? Promise.resolve() : new Promise((resolve) => waiting.push({ done, resolve })),
    stop: () => running.stop()
  }
}

test('hands on the value as it is, and of key and headers what the feed names', async () => {
  const names = await newTopic()
  const topics = {
    [names.topic]: {
      family: 'hl7v2',
      mediaType: 'x-application/hl7-v2+er7',
      mediaTypeHeader: 'type',
      key: 'messageControlId',
      headers: { sendingFacility: 'site' }
    }
  }
  const hospital = await feed(names, { topics })
  const headers = { site: 'NORTH', patient: 'DOE', type: 'application/hl7-v2' }
  await send(names.topic, 'MSH|\u00e9', { key: 'C1', headers })
  await send(names.topic, 'MSH|2', { key: 'a\u0007b', headers: { site: 'x\ny', type: 'nonsense' } })
  await hospital.until(() => hospital.accepted.length === 2)
  expect(hospital.accepted.map(({ bytes, ...rest }) => [Buffer.from(bytes).toString(), rest])).toEqual([
    [
      'MSH|\u00e9',
      {
        family: 'hl7v2',
        mediaType: 'application/hl7-v2',
        correlation: { messageControlId: 'C1', sendingFacility: 'NORTH' },
        peer: names.topic
      }
    ],
    ['MSH|2', { family: 'hl7v2', mediaType: 'x-application/hl7-v2+er7', correlation: {}, peer: names.topic }]
  ])
  await hospital.stop()
})

test('commits nothing before accept resolved: what was not durable comes again, what was does not', async () => {
  const names = await newTopic()
  await send(names.topic, 'durable')
  await send(names.topic, 'not yet')
  let tried = (): void => undefined
  const trying = new Promise<void>((resolve) => {
    tried = resolve
  })
  const first = await feed(names, {}, async (text) => {
    if (text === 'durable') return
    tried()
    throw new AppError('BUS_UNAVAILABLE')
  })
  await trying
  await first.stop()
  expect(first.texts()).toEqual(['durable'])
  const second = await feed(names)
  await second.until(() => second.accepted.length === 1)
  await second.stop()
  expect(second.texts()).toEqual(['not yet'])
})

test('a partition whose record cannot be taken now waits, and the other one goes on', async () => {
  const names = await newTopic()
  let full = true
  const hospital = await feed(names, {}, async (text) => {
    if (full && text === 'waits') throw new AppError('BACK_PRESSURE')
  })
  await send(names.topic, 'waits', { partition: 0 })
  await send(names.topic, 'behind it', { partition: 0 })
  await send(names.topic, 'beside it', { partition: 1 })
  await hospital.until(() => hospital.accepted.length === 1)
  expect(hospital.texts()).toEqual(['beside it'])
  full = false
  await hospital.until(() => hospital.accepted.length === 3)
  expect(hospital.texts()).toEqual(['beside it', 'waits', 'behind it'])
  expect(hospital.refused).toEqual([])
  await hospital.stop()
})

test('refuses by code what can never be taken, and the rest flows', async () => {
  const names = await newTopic()
  const hospital = await feed(names, { maxBytes: 1000 }, async (text) => {
    if (text === 'junk') throw new AppError('DECODE_FAILED')
  })
  await send(names.topic, null)
  await send(names.topic, 'x'.repeat(1001))
  await send(names.topic, 'junk')
  await send(names.topic, 'good')
  await hospital.until(() => hospital.accepted.length === 1)
  expect(hospital.refused).toEqual(['BAD_REQUEST', 'MESSAGE_TOO_LARGE', 'DECODE_FAILED'])
  expect(hospital.texts()).toEqual(['good'])
  await hospital.stop()
})

test('stop waits for what is being taken', async () => {
  const names = await newTopic()
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  let began = (): void => undefined
  const beginning = new Promise<void>((resolve) => {
    began = resolve
  })
  const hospital = await feed(names, {}, () => {
    began()
    return gate
  })
  await send(names.topic, 'slow')
  await beginning
  const stopping = hospital.stop()
  open()
  await stopping
  expect(hospital.texts()).toEqual(['slow'])
})

test('begins at the end when told so, and goes on where it was after that', async () => {
  const names = await newTopic()
  await send(names.topic, 'old')
  const first = await feed(names, { from: 'end' })
  // What it has not reached yet when 'new' is sent would be passed over as well: send until one arrives.
  for (let n = 0; first.accepted.length === 0; n++) await send(names.topic, `new ${n}`)
  await first.stop()
  expect(first.texts()).not.toContain('old')
  await send(names.topic, 'meanwhile')
  const second = await feed(names, { from: 'end' })
  await second.until(() => second.texts().includes('meanwhile'))
  await second.stop()
})

test('waits for a topic that is made later', async () => {
  const topic = `late-${++names}`
  const hospital = await feed({ topic, groupId: topic })
  await createTopic(topic)
  await send(topic, 'first')
  await hospital.until(() => hospital.accepted.length === 1)
  await hospital.stop()
})

test('reads records of a control batch and an aborted transaction without stopping at them', async () => {
  const names = await newTopic()
  const writer = client.producer({ transactionalId: names.groupId, maxInFlightRequests: 1, idempotent: true })
  await writer.connect()
  for (const text of ['aborted', 'kept']) {
    const transaction = await writer.transaction()
    await transaction.send({ topic: names.topic, messages: [{ value: text, partition: 0 }] })
    await (text === 'kept' ? transaction.commit() : transaction.abort())
  }
  await writer.disconnect()
  await send(names.topic, 'plain')
  const hospital = await feed(names)
  await hospital.until(() => hospital.accepted.length === 2)
  await send(names.topic, 'later')
  await hospital.until(() => hospital.accepted.length === 3)
  expect(hospital.texts()).toEqual(['kept', 'plain', 'later'])
  await hospital.stop()
})

test('an admission in the hospital’s topic becomes a Patient, also when it comes twice', async () => {
  const { topic, groupId } = await newTopic()
  const topics = { [topic]: { family: 'hl7v2', mediaType: 'x-application/hl7-v2+er7' } }
  const options = { brokers: kafka.brokers, groupId, timeouts, topics }
  const world = await buildWorld({
    config: { feeds: [{ name: 'engine', transport: 'kafka-topic', options, defaultAuthority: 'HOSP' }] }
  })
  const message = readFileSync(ADT, 'utf8')
  await send(topic, message)
  await send(topic, message)
  await world.until('the patient', async () => (await world.search<Patient>('Patient'))[0])
  expect(await world.search<Patient>('Patient')).toHaveLength(1)
  await world.stop()
})
