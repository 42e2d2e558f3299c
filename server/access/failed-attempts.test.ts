import { createFailedAttempts } from './failed-attempts.ts'

test('an address may fail twenty times at once and gets one back in two seconds; others are not its business', () => {
  let now = 0
  const failures = createFailedAttempts(() => now)
  const burst = (address: string, n: number) =>
    Array.from({ length: n }, () => failures.note(address)).filter(Boolean).length
  expect(burst('10.0.0.1', 50)).toBe(20)
  expect(burst('10.0.0.2', 5)).toBe(5)
  now = 2000
  expect(burst('10.0.0.1', 5)).toBe(1)
  now = 10_000_000
  expect(burst('10.0.0.1', 50)).toBe(20)
})

test('one host with a whole IPv6 network is one address, and so is IPv4 in IPv6 notation', () => {
  const failures = createFailedAttempts(() => 0)
  for (let i = 0; i < 30; i++) failures.note(`2001:db8:1:2::${i.toString(16)}`)
  expect([failures.size, failures.note('2001:db8:1:2:ffff::1'), failures.note('2001:db8:1:3::1')]).toEqual([
    1,
    false,
    true
  ])
  for (let i = 0; i < 30; i++) failures.note(i % 2 ? '::ffff:10.0.0.1' : '10.0.0.1')
  expect(failures.size).toBe(3)
})

test('a storm from a million addresses takes the memory of four thousand', () => {
  const failures = createFailedAttempts(() => 0)
  for (let i = 0; i < 20_000; i++) failures.note(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
  expect(failures.size).toBe(4096)
})
