import { readOptions } from './options.ts'

const topics = { adt: { family: 'hl7v2', mediaType: 'application/hl7-v2' } }
const options = { brokers: ['kafka.example:9092'], groupId: 'hisbundle', topics }

test('fills what is not said', () => {
  expect(readOptions(options)).toMatchObject({
    clientId: 'hisbundle',
    from: 'beginning',
    concurrency: 8,
    topics: { adt: { family: 'hl7v2', headers: {} } }
  })
})

test.each([
  [{ brokers: undefined }, 'kafka-topic.brokers', 'required'],
  [{ groupId: undefined }, 'kafka-topic.groupId', 'required'],
  [{ topics: undefined }, 'kafka-topic.topics', 'required'],
  [{ topics: {} }, 'kafka-topic.topics', 'value'],
  [{ topics: { 'a b': topics.adt } }, 'kafka-topic.topics', 'value'],
  [{ topics: { adt: { family: 'hl7v2' } } }, 'kafka-topic.topics.adt.mediaType', 'required'],
  [{ topics: { adt: { ...topics.adt, family: 'fax' } } }, 'kafka-topic.topics.adt.family', 'value'],
  [{ topics: { adt: { ...topics.adt, key: 'patientId' } } }, 'kafka-topic.topics.adt.key', 'value'],
  [{ topics: { adt: { ...topics.adt, headers: { mrn: 'x' } } } }, 'kafka-topic.topics.adt.headers.mrn', 'unknown-key'],
  [{ from: 'middle' }, 'kafka-topic.from', 'value'],
  [{ port: 1 }, 'kafka-topic.port', 'unknown-key']
])('%j is refused at %s: %s', (further, at, reason) => {
  expect(() => readOptions({ ...options, ...further })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', at, reason })
  )
})
