import type { Observation } from '@medplum/fhirtypes'
import type { Decoded } from '../../../core/decoded.ts'
import { assertValid, envelopeOf, feedOf, resourcesOf, segment } from '../../../test/support/decoded-valid.ts'
import lab from './index.ts'

/** One OBX of a monitor's or a chart's message; OBR-7 is 11:00, OBX-14 12:00. */
function decode(obx: Record<number, string>): Observation {
  const body = Buffer.from(
    [
      'MSH|^~\\&|MON|ICU|||20260301123000||ORU^R01|L1|P|2.6',
      'PID|1||4711^^^KLINIK^MR',
      segment('OBR', { 1: '1', 3: 'F1', 4: 'V^Vitals^L', 7: '20260301110000', 25: 'F' }),
      segment('OBX', { 1: '1', 2: 'NM', 11: 'F', 14: '20260301120000', ...obx })
    ]
      .map((line) => `${line}\r`)
      .join('')
  )
  const codeMap = { observations: { 'MDC|147842': { system: 'http://loinc.org', code: '8867-4' } } }
  const decoded = lab.decode(envelopeOf(body), feedOf({ codeMap, zone: 'UTC' })) as Decoded
  assertValid(decoded)
  return resourcesOf(decoded).find(({ resource }) => resource.resourceType === 'Observation')!.resource as Observation
}
const categoryOf = ({ category }: Observation) => category?.[0]?.coding?.[0]?.code

test.each([
  ['8867-4^Heart rate^LN', 'bpm', '/min'],
  ['8310-5^Body temperature^LN', 'C', 'Cel'],
  ['8310-5^Body temperature^LN', '\u00B0F', '[degF]'],
  ['9279-1^Respiratory rate^LN', 'breaths/min', '/min'],
  ['8478-0^Mean blood pressure^LN', 'kPa', 'kPa'],
  ['59408-5^Oxygen saturation^LN', '%', '%']
])('%s is a vital sign, %s is UCUM', (code, unit, expected) => {
  const observation = decode({ 3: code, 5: '38', 6: unit })
  expect([categoryOf(observation), observation.valueQuantity?.code]).toEqual(['vital-signs', expected])
})

test.each([
  ['6690-2^Leukocytes^LN', 'K/uL', '10*3/uL'],
  ['777-3^Platelets^LN', 'x10E9/L', '10*9/L'],
  ['2708-6^Oxygen saturation^LN', '%', '%'],
  ['9187-6^Urine output^LN', 'ml', 'mL']
])('%s is a laboratory value, %s is UCUM', (code, unit, expected) => {
  const observation = decode({ 3: code, 5: '11', 6: unit })
  expect([categoryOf(observation), observation.valueQuantity?.code]).toEqual(['laboratory', expected])
})

test('a score without a unit stays without', () => {
  expect(decode({ 3: '9269-2^GCS^LN', 5: '13' }).valueQuantity).toEqual({ value: 13 })
})

// IHE PCD-01: OBX-14 is when the device measured, OBR-7 when its report begins; rules section 3 for laboratory values.
test.each([
  ['147842^MDC_ECG_HEART_RATE^MDC', '2026-03-01T12:00:00.000Z'],
  ['8867-4^Heart rate^LN', '2026-03-01T11:00:00.000Z']
])('%s was measured at %s', (code, expected) => {
  const observation = decode({ 3: code, 4: '1.1.1.147842', 5: '88', 6: '/min' })
  expect(observation.effectiveDateTime).toBe(expected)
  expect(observation.code.coding?.[0]).toMatchObject({ system: 'http://loinc.org', code: '8867-4' })
})
