import { defineTransportDriver } from '../../transport-driver.ts'

const NO_LISTENER =
  'it listens nowhere, it asks brokers; test/peers/kafka/topic-transport.peer.test.ts holds it to the same with a real Kafka'

export default defineTransportDriver({
  options: {
    brokers: ['127.0.0.1:9092'],
    groupId: 'contract',
    topics: { contract: { family: 'fhir', mediaType: 'application/fhir+json' } }
  },
  send: async () => 'no-answer',
  tooSmall: { maxBytes: 10 },
  impatient: {},
  exceptions: Object.fromEntries(
    [
      'takes a free port when asked for 0, and can run twice',
      'is on loopback by default',
      'puts a message together that comes byte by byte',
      'says nothing before accept resolves',
      'does not say taken when the intake refuses',
      'a peer that hangs up inside a message leaves no half message behind',
      'takes each message of many peers at once, once',
      'a flood of junk is cut off and hands nothing over',
      'a message over the limit is not taken, and the next peer is',
      'a peer that stalls inside a message is cut, and keeps nobody waiting',
      'stop ends although a peer stalls',
      'stop drains: what was handed over is answered, then the door is shut'
    ].map((name) => [name, NO_LISTENER])
  )
})
