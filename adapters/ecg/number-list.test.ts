import { numberList } from './number-list.ts'

const list = (text: string): number[] => [...numberList(text, 'here', () => undefined)]

test.each([
  ['', []],
  [' \n\t', []],
  ['1 -2\r\n+3,0  -0', [1, -2, 3, 0, 0]],
  ['1.5 -2e2 .25', [1.5, -200, 0.25]],
  ['000000000000000012', [12]]
])('reads %p', (text, values) => {
  expect(list(text)).toEqual(values)
})

test.each(['1 x', '1-2', '--1', '1.2.3', 'NaN', '0x1', '1e999', `${'9'.repeat(60)}`])('refuses %p', (text) => {
  expect(() => list(text)).toThrow(
    expect.objectContaining({ code: 'WAVEFORM_INCONSISTENT', at: 'here', reason: 'digits' })
  )
})

test('tells how many there are before it keeps them', () => {
  expect(() =>
    numberList('1 2 3', 'here', (length) => {
      throw new Error(`counted ${length}`)
    })
  ).toThrow('counted 3')
})
