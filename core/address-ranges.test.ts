import { readAddressRanges } from './address-ranges.ts'

describe('address ranges', () => {
  const ranges = readAddressRanges(['10.1.0.0/16', '192.0.2.7', '2001:db8::/32', 'fe80::/10'], 'peers.addresses')

  test.each([
    ['10.1.255.255', true],
    ['10.2.0.0', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['::ffff:10.1.2.3', true],
    ['::ffff:0a01:0203', true],
    ['::ffff:10.2.2.3', false],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['fe80::1%eth0', true],
    ['', false],
    [undefined, false],
    ['010.1.0.1', false],
    ['not an address', false]
  ])('%s: %s', (address, expected) => {
    expect(ranges.has(address)).toBe(expected)
  })

  test.each([
    ['a name', ['lab.example']],
    ['every address', ['10.0.0.0/8', '0.0.0.0/0']],
    ['too many bits', ['10.0.0.0/33']],
    ['no bits', ['10.0.0.0/']],
    ['an octal spelling', ['010.0.0.0/8']],
    ['a space', [' 10.0.0.0/8']],
    ['a number', [10]]
  ])('refuses %s', (_what, list) => {
    const read = () => readAddressRanges(list, 'peers.addresses')
    expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at: `peers.addresses[${list.length - 1}]` }))
  })

  test.each([[undefined], [[]], ['10.0.0.0/8']])('refuses %j in place of a list', (list) => {
    expect(() => readAddressRanges(list, 'x')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at: 'x' }))
  })
})
