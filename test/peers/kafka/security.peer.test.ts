import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { completeConnection, type KafkaConnection } from '../../../adapters/kafka/options.ts'
import { type KafkaPeer, startKafka } from './broker.ts'
import { type Certificates, makeCertificates, tlsConfigs } from './certificates.ts'
import { busSettings, openBus, stopBuses } from './open-bus.ts'

const PASSWORD = 'not-a-secret'
let dir: string
let certificates: Certificates
let passwordFile: string
let wrongFile: string

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kafka-tls-'))
  certificates = makeCertificates(dir)
  passwordFile = join(dir, 'password')
  wrongFile = join(dir, 'wrong')
  writeFileSync(passwordFile, `${PASSWORD}\n`)
  writeFileSync(wrongFile, 'other')
})
afterEach(stopBuses)
afterAll(() => rmSync(dir, { recursive: true }))

/** One append and one reading over this connection, which uses all of the bus's clients. */
async function roundTrip(kafka: KafkaPeer, connection: Partial<KafkaConnection>): Promise<void> {
  const settings = busSettings(kafka)
  const { timeouts } = settings
  const brokers = kafka.secureBrokers
  const bus = await openBus({ ...settings, ...completeConnection({ timeouts, brokers, ...connection }, 'bus.kafka') })
  await bus.append('t', [{ key: 'k', value: Buffer.from('x'), headers: { 'envelope-id': 'E1' } }])
  await new Promise<void>((resolve) => {
    void bus.subscribe('t', 'g', async () => resolve())
  })
  expect(await bus.replay({ topic: 't', envelopeId: 'E1' })).toBe(1)
  await bus.stop()
}

describe('TLS with client certificates', () => {
  let kafka: KafkaPeer
  beforeAll(async () => {
    const configs = { ...tlsConfigs(certificates), 'ssl.client.auth': 'required' }
    kafka = await startKafka({ secure: 'SSL', configs })
  })
  afterAll(() => kafka.stop())
  const client = () => ({ certFile: certificates.clientCert, keyFile: certificates.clientKey })

  test('is spoken with a certificate of our own, the address checked against the broker’s', () =>
    roundTrip(kafka, { tls: { caFile: certificates.ca, ...client() } }))

  test('checks the name that is configured', () =>
    roundTrip(kafka, { tls: { caFile: certificates.ca, servername: 'kafka.test', ...client() } }))

  test.each([
    ['another name', () => ({ caFile: certificates.ca, servername: 'other.test', ...client() })],
    ['an authority that is not ours', () => ({ ...client() })],
    ['no certificate of ours', () => ({ caFile: certificates.ca })]
  ])('refuses %s', async (_, tls) => {
    await expect(roundTrip(kafka, { tls: tls() })).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' })
  })
})

describe('SASL over TLS', () => {
  let kafka: KafkaPeer
  beforeAll(async () => {
    const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="${PASSWORD}";`
    const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
    kafka = await startKafka({
      secure: 'SASL_SSL',
      configs: {
        ...tlsConfigs(certificates),
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
        'listener.name.secure.plain.sasl.jaas.config': plain,
        'listener.name.secure.scram-sha-256.sasl.jaas.config': scram,
        'listener.name.secure.scram-sha-512.sasl.jaas.config': scram
      },
      scram: ['256', '512'].map((bits) => `SCRAM-SHA-${bits}=[name=alice,password=${PASSWORD}]`)
    })
  })
  afterAll(() => kafka.stop())

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'is spoken by %s, the password from a file',
    (mechanism) =>
      roundTrip(kafka, { tls: { caFile: certificates.ca }, sasl: { mechanism, username: 'alice', passwordFile } })
  )

  test('takes the password from the environment', async () => {
    process.env['TEST_KAFKA_PASSWORD'] = PASSWORD
    const sasl = { mechanism: 'scram-sha-256', username: 'alice', passwordVariable: 'TEST_KAFKA_PASSWORD' } as const
    await roundTrip(kafka, { tls: { caFile: certificates.ca }, sasl })
    delete process.env['TEST_KAFKA_PASSWORD']
    await expect(roundTrip(kafka, { tls: { caFile: certificates.ca }, sasl })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      at: 'sasl.passwordVariable'
    })
  })

  test('is refused with another password, by code and without it', async () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'alice', passwordFile: wrongFile } as const
    const refused = roundTrip(kafka, { tls: { caFile: certificates.ca }, sasl })
    await expect(refused).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE', reason: 'kafkajssaslauthenticationerror' })
  })
})
