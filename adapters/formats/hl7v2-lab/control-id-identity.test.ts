import { envelopeOf, feedOf, resourcesOf, segment } from '../../../test/support/decoded-valid.ts'
import format from './index.ts'

/** Business keys of a result that names no order. */
async function keysOf(messageTime: string): Promise<string[]> {
  const segments = [
    `MSH|^~\\&|ANALYSER|LAB|HIS|HISBUNDLE|${messageTime}||ORU^R01^ORU_R01|7|P|2.5.1`,
    segment('PID', { 1: '1', 3: '4711^^^KLINIK^MR' }),
    segment('OBR', { 1: '1', 4: 'ELEC^Electrolytes^L', 7: '20260301080000+0100', 25: 'F' }),
    segment('OBX', { 1: '1', 2: 'NM', 3: '2823-3^Potassium^LN', 5: '4.1', 6: 'mmol/L', 11: 'F' })
  ]
  const body = Buffer.from(segments.map((line) => `${line}\r`).join(''))
  const decoded = await format.decode(envelopeOf(body, { kind: 'ORU^R01' }), feedOf())
  return resourcesOf(decoded).map(({ businessKey }) => businessKey)
}

describe('results that name no order', () => {
  test('of a sender whose counter restarted are new results, not new versions of old ones (rules section 5)', async () => {
    const [monday, tuesday] = await Promise.all(['20260302080000+0100', '20260303080000+0100'].map(keysOf))
    expect(monday!.length).toBeGreaterThan(0)
    expect(tuesday!.filter((key) => monday!.includes(key))).toEqual([])
  })

  test('keep their identity when the same message comes again', async () => {
    expect(await keysOf('20260302080000+0100')).toEqual(await keysOf('20260302080000+0100'))
  })
})
