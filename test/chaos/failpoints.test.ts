import { failpointsOfSource } from './failpoints.ts'

const places = failpointsOfSource()

test('every place has a name of its own, of the form part.place', () => {
  const names = places.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
  expect(names.filter((name) => !/^[a-z]+\.[a-z]+(-[a-z]+)*$/.test(name))).toEqual([])
})

/** Hardening A1-4: each part of the commit path and the file whose writes it stands between. */
test.each([
  ['intake', 'server/pipeline/intake.ts'],
  ['mllp', 'adapters/transports/mllp/connection.ts'],
  ['bus', 'server/bus/embedded/log-writer.ts'],
  ['ingest', 'server/pipeline/ingest.ts'],
  ['record', 'server/record/step.ts'],
  ['blob', 'server/blobs/file-blob-store.ts'],
  ['store', 'server/store/sqlite/writer.ts'],
  ['behind', 'server/pipeline/write-behind.ts'],
  ['relay', 'server/pipeline/relay.ts'],
  ['inference', 'server/inference/step.ts'],
  ['alerts', 'server/alerts/alerts.ts'],
  ['timers', 'server/pipeline/timers.ts'],
  ['assembly', 'server/pipeline/assembly.ts'],
  ['outbox', 'server/delivery/sender.ts']
])('the part %s has places in %s', (part, file) => {
  expect(places.some((place) => place.file === file && place.name.startsWith(`${part}.`))).toBe(true)
})
