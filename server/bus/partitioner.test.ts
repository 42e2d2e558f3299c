import { murmur2, partitionOf } from './partitioner.ts'

// Values of Kafka's own UtilsTest.testMurmur2.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107]
])('hashes %s as Kafka does', (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash)
})

test('every key falls into a partition that exists, and a thousand keys use them all', () => {
  const used = new Set(Array.from({ length: 1000 }, (_, i) => partitionOf(`HOSP|${i}`, 16)))
  expect([...used].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i))
})
