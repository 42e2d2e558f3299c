import { transferables } from './transferables.ts'

test('hands over whole buffers once, and leaves views into larger ones to be cloned', () => {
  const whole = new Float64Array(4)
  const part = new Uint8Array(new ArrayBuffer(16), 4, 8)
  expect(transferables({ a: [whole, { again: whole }], part, text: 'x', nothing: null })).toEqual([whole.buffer])
})

test('ends on a value that contains itself, and on one nested ten thousand deep', () => {
  const loop: { self?: unknown; bytes: Uint8Array } = { bytes: new Uint8Array(1) }
  loop.self = loop
  expect(transferables(loop)).toHaveLength(1)
  let deep: object = {}
  for (let i = 0; i < 10_000; i++) deep = { deep }
  expect(transferables(deep)).toEqual([])
})
