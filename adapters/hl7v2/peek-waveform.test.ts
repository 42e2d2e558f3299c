import { peekHl7v2 } from './peek.ts'

const kindOf = (event: string, ...obx: string[]): string =>
  peekHl7v2(Buffer.from([`MSH|^~\\&|A|B|||2026||${event}|1|P|2.5.1`, 'PID|1||1', ...obx].join('\r')), {}).kind

test.each(['NA', 'MA', 'CD', 'ED'])('an ORU^R01 with an OBX-2 of %s goes to the ECG format', (type) => {
  expect(kindOf('ORU^R01', 'OBX|1|NM|X||1', `OBX|2|${type}|X||1`)).toBe('ORU^R01#waveform')
})

test('other types, other fields and other messages do not', () => {
  expect(kindOf('ORU^R01', 'OBX|1|NM|NA^Sodium^L||140', 'NTE|1|NA|OBX|1|NA')).toBe('ORU^R01')
  expect(kindOf('ORU^W01', 'OBX|1|NA|X||1')).toBe('ORU^W01')
  expect(kindOf('OML^O21', 'OBX|1|ED|X||1')).toBe('OML^O21')
})

test('what lies behind the first 64 KiB is not looked at', () => {
  expect(kindOf('ORU^R01', `OBX|1|ST|X||${'x'.repeat(70_000)}`, 'OBX|2|NA|X||1')).toBe('ORU^R01')
})
