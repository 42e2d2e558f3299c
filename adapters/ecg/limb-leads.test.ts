import { ecgLead } from './leads.ts'
import { derivedLimbLeads } from './limb-leads.ts'

const source = (name: string, ...values: number[]) => ({
  lead: ecgLead(name, { resolution: 0.005, filters: { lowHz: 0.05 } }, name),
  millivolts: Float64Array.from(values)
})

test('follow from I and II by Einthoven and Goldberger, in half steps', () => {
  const leads = derivedLimbLeads(source('I', 1, 0.005, 2), source('II', 3, 0, Number.NaN), new Set())
  expect(
    leads.map(({ lead, millivolts }) => [lead.name, lead.mdc, lead.resolution, lead.derived, [...millivolts]])
  ).toEqual([
    ['III', 61, 0.005, true, [2, -0.005, Number.NaN]],
    ['aVR', 62, 0.0025, true, [-2, -0.0025, Number.NaN]],
    ['aVL', 63, 0.0025, true, [-0.5, 0.005, Number.NaN]],
    ['aVF', 64, 0.0025, true, [2.5, -0.0025, Number.NaN]]
  ])
  expect(leads[0]!.lead.filters).toEqual({ lowHz: 0.05 })
})

test('are not made again where the file has them', () => {
  const names = derivedLimbLeads(source('I', 1), source('II', 3), new Set(['III', 'aVF'])).map(({ lead }) => lead.name)
  expect(names).toEqual(['aVR', 'aVL'])
})

test.each([
  ['MDC_ECG_LEAD_AVR', 'aVR', 62],
  ['Lead v4', 'V4', 6],
  ['v3r', 'V3R', undefined],
  ['MDC_ECG_LEAD_V7', 'V7', undefined]
])('a channel %s is lead %s', (sent, name, mdc) => {
  expect(ecgLead(sent, { resolution: 1 }, 'x')).toEqual({ name, ...(mdc ? { mdc } : {}), unit: 'mV', resolution: 1 })
})

test.each(['', 'Resp', 'IIx', 'MDC_ECG_LEAD_CONFIG'])('a channel %p is none', (sent) => {
  expect(() => ecgLead(sent, { resolution: 1 }, 'x')).toThrow(
    expect.objectContaining({ code: 'LEAD_UNKNOWN', at: 'x' })
  )
})
