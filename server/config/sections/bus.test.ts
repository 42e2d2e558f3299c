import { bus } from './bus.ts'

const complete = (kafka: unknown, further: object = {}) =>
  bus.complete({ ...bus.defaults, kind: 'kafka', kafka, ...further } as never)
const refusal = (kafka: unknown, further: object = {}) => {
  try {
    complete(kafka, further)
  } catch (error) {
    return error as { code: string; at: string; reason: string }
  }
  throw new Error('was accepted')
}

const brokers = ['kafka-1.example:9093', 'kafka-2.example:9093']
const sasl = { mechanism: 'scram-sha-512', username: 'hisbundle', passwordFile: '/run/secrets/kafka' }

test('fills what is not said: three copies, prefixes, time limits', () => {
  expect(complete({ brokers, timeouts: { session: 9_000 } }).kafka).toMatchObject({
    brokers,
    clientId: 'hisbundle',
    topicPrefix: 'hisbundle.',
    groupPrefix: 'hisbundle.',
    replicationFactor: 3,
    timeouts: { connect: 5_000, request: 10_000, session: 9_000 }
  })
  expect(bus.complete(bus.defaults)).toEqual({ kind: 'embedded', partitions: 16, commitDelayMs: 0 })
})

test.each([
  [undefined, {}, 'bus.kafka', 'required'],
  [{}, {}, 'bus.kafka.brokers', 'required'],
  [{ brokers: [] }, {}, 'bus.kafka.brokers', 'value'],
  [{ brokers: ['[::1]:9092'] }, {}, 'bus.kafka.brokers', 'value'],
  [{ brokers, prefix: 'x' }, {}, 'bus.kafka.prefix', 'unknown-key'],
  [{ brokers, topicPrefix: 'a b' }, {}, 'bus.kafka.topicPrefix', 'value'],
  [{ brokers, replicationFactor: 0 }, {}, 'bus.kafka.replicationFactor', 'value'],
  [{ brokers, timeouts: { sesion: 1000 } }, {}, 'bus.kafka.timeouts.sesion', 'unknown-key'],
  [{ brokers, tls: { caFile: 1 } }, {}, 'bus.kafka.tls.caFile', 'value'],
  [{ brokers, tls: { rejectUnauthorized: false } }, {}, 'bus.kafka.tls.rejectUnauthorized', 'unknown-key'],
  [{ brokers, tls: { certFile: 'a' } }, {}, 'bus.kafka.tls', 'needs-cert-and-key'],
  [{ brokers, tls: {}, sasl: { ...sasl, mechanism: 'gssapi' } }, {}, 'bus.kafka.sasl.mechanism', 'value'],
  [{ brokers, tls: {}, sasl: { ...sasl, password: 'x' } }, {}, 'bus.kafka.sasl.password', 'unknown-key'],
  [{ brokers, tls: {}, sasl: { ...sasl, passwordVariable: 'X' } }, {}, 'bus.kafka.sasl', 'needs-one-password'],
  [{ brokers, sasl }, {}, 'bus.kafka.sasl', 'needs-tls'],
  [{ brokers }, { kind: 'rabbit' }, 'bus.kind', 'value'],
  [{ brokers }, { partitions: 0 }, 'bus.partitions', 'value']
])('%j with %j is refused at %s: %s', (kafka, further, at, reason) => {
  expect(refusal(kafka, further)).toMatchObject({ code: 'CONFIG_INVALID', at, reason })
})
