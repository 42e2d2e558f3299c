import { withoutTWaves } from './without-t-waves.ts'

const HZ = 500
/** Deflections at these seconds: width (SD, s) and height, mV. */
const drawn = (waves: readonly [at: number, width: number, mv: number][]) =>
  Float64Array.from({ length: 10 * HZ }, (_, i) =>
    waves.reduce((sum, [at, width, mv]) => sum + mv * Math.exp(-0.5 * ((i / HZ - at) / width) ** 2), 0)
  )
const at = (seconds: readonly number[]) => seconds.map((second) => Math.round(second * HZ))
const beats = Array.from({ length: 9 }, (_, i) => 0.5 + i)

test('a blunt follower is the T wave of its beat, however tall', () => {
  const lead = drawn(
    beats.flatMap((beat): [number, number, number][] => [
      [beat, 0.01, 1],
      [beat + 0.28, 0.045, 1.3]
    ])
  )
  const both = at(beats.flatMap((beat) => [beat, beat + 0.28]))
  expect(withoutTWaves(lead, HZ, both)).toEqual(at(beats))
})

test('a steep follower is one where it keeps its delay behind most of the beats', () => {
  const lead = drawn(
    beats.flatMap((beat): [number, number, number][] => [
      [beat, 0.03, 0.5],
      [beat + 0.25, 0.03, 1.2]
    ])
  )
  expect(withoutTWaves(lead, HZ, at(beats.flatMap((beat) => [beat, beat + 0.25])))).toEqual(at(beats))
})

test('a steep follower of one beat is a beat', () => {
  const lead = drawn([...beats.map((beat): [number, number, number] => [beat, 0.01, 1]), [4.8, 0.012, 1]])
  const all = at([...beats, 4.8]).sort((a, b) => a - b)
  expect(withoutTWaves(lead, HZ, all)).toEqual(all)
})

test.each([[[]], [[250]]])('%j stays', (places) => {
  expect(withoutTWaves(new Float64Array(5000), HZ, places)).toEqual(places)
})
