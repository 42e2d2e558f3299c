import { type Certificate, readPeers } from './peers.ts'

const FINGERPRINT = Array.from({ length: 32 }, (_, i) => (i * 7).toString(16).padStart(2, '0').toUpperCase()).join(':')
const certificate: Certificate = {
  subject: { CN: 'cart-7' },
  subjectaltname: 'DNS:cart-7.example, IP Address:10.1.2.3, URI:urn:x:DNS:other.example',
  fingerprint256: FINGERPRINT
}
const admits = (rule: string, shown: Certificate | undefined = certificate) =>
  readPeers({ clientCertificates: [rule] }, 'peers').admitsCertificate(shown)

test.each([
  ['cart-7', true],
  ['cart-70', false],
  ['Cart-7', false],
  ['DNS:cart-7.example', true],
  ['DNS:CART-7.example', true],
  ['DNS:cart-7', false],
  ['cart-7.example', false],
  ['DNS:other.example', false],
  ['IP:10.1.2.3', true],
  [`sha256:${FINGERPRINT}`, true],
  [`sha256:${FINGERPRINT.replaceAll(':', '').toLowerCase()}`, true],
  [`sha256:${'00'.repeat(32)}`, false]
])('the certificate of cart-7 by the rule %s: %s', (rule, expected) => {
  expect(admits(rule)).toBe(expected)
})

test('a name that holds a comma passes for one name, not for two', () => {
  // As Node writes an alternative name of 'x, DNS:cart-7.example' (CVE-2021-44532).
  const forged = { subjectaltname: 'DNS:"x, DNS:cart-7.example", DNS:"a\\", DNS:cart-7.example"' }
  expect(admits('DNS:cart-7.example', forged)).toBe(false)
  expect(admits('cart-7', { subject: { CN: ['other', 'cart-7'] } })).toBe(false)
})

test.each([[undefined], [{}], [{ subject: {} }]])('no certificate, or one without names, is nobody: %j', (shown) => {
  expect(readPeers({ clientCertificates: ['cart-7'] }, 'peers').admitsCertificate(shown)).toBe(false)
})

test('an AE title may be bound to the addresses that it calls from', () => {
  const { admitsAeTitle } = readPeers(
    {
      callingAeTitles: [
        'CART7',
        { title: 'MR1', addresses: ['10.1.0.0/16'] },
        { title: 'MR1', addresses: ['10.3.0.1'] }
      ]
    },
    'peers'
  )
  expect(
    (
      [
        ['CART7', '192.0.2.1'],
        ['MR1', '10.1.9.9'],
        ['MR1', '::ffff:10.3.0.1'],
        ['MR1', '10.2.0.1'],
        ['MR1', undefined],
        ['MR2', '10.1.9.9'],
        ['cart7', '10.1.9.9']
      ] as const
    ).map(([title, address]) => admitsAeTitle(title, address))
  ).toEqual([true, true, true, false, false, false, false])
})

test('what is not given is not asked', () => {
  const policy = readPeers({ addresses: ['10.0.0.0/8'] }, 'peers')
  expect([policy.asks, policy.admitsCertificate(undefined), policy.admitsAeTitle('ANY', undefined)]).toEqual([
    ['addresses'],
    true,
    true
  ])
  expect([policy.admitsAddress('10.1.1.1'), policy.admitsAddress('11.1.1.1'), policy.admitsAddress(undefined)]).toEqual(
    [true, false, false]
  )
})

test.each([
  [[], 'peers'],
  [{}, 'peers'],
  [{ address: ['10.0.0.1'] }, 'peers.address'],
  [{ addresses: [] }, 'peers.addresses'],
  [{ clientCertificates: [] }, 'peers.clientCertificates'],
  [{ clientCertificates: ['a', 'sha256:12'] }, 'peers.clientCertificates[1]'],
  [{ callingAeTitles: 'MR1' }, 'peers.callingAeTitles'],
  [{ callingAeTitles: ['LONGER THAN SIXTEEN'] }, 'peers.callingAeTitles[0]'],
  [{ callingAeTitles: [{ title: 'MR1', addresses: ['mr1.example'] }] }, 'peers.callingAeTitles[0].addresses[0]'],
  [{ callingAeTitles: [{ title: 'MR1' }] }, 'peers.callingAeTitles[0].addresses']
])('%j is refused at %s', (rules, at) => {
  expect(() => readPeers(rules, 'peers')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at }))
})
