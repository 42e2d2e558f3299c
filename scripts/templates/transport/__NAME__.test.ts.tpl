import { createFramer, encodeFrame } from './framer.ts'

const MESSAGES = ['', 'a', 'five!', '12:34,'].map((text) => Buffer.from(text))
const STREAM = Buffer.concat(MESSAGES.map(encodeFrame))

test('the framer gives the same messages wherever the stream is cut', () => {
  for (let cut = 0; cut <= STREAM.length; cut++) {
    const framer = createFramer(100)
    const got = [...framer.push(STREAM.subarray(0, cut)), ...framer.push(STREAM.subarray(cut))]
    expect({ cut, got: got.map(String) }).toEqual({ cut, got: MESSAGES.map(String) })
  }
})

test.each([
  ['a length over the limit', '101:', 'MESSAGE_TOO_LARGE'],
  ['a length that is none', 'x:', 'BAD_REQUEST'],
  ['a length without an end', '1234567890', 'BAD_REQUEST'],
  ['no comma at the end', '1:ab', 'BAD_REQUEST']
])('refuses %s', (_, text, code) => {
  expect(() => createFramer(100).push(Buffer.from(text))).toThrow(expect.objectContaining({ code }))
})
