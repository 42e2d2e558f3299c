import type { ServiceRequest } from '@medplum/fhirtypes'
import { conformanceChecker } from '../../fhir-profiles/conformance.ts'
import { PROFILE } from '../../fhir-profiles/index.ts'
import { blood, type LabWorld, labWorld, minutes, tracing } from './support/lab-workflow.ts'

/** Tests that the screen proposes where the site asks for it, how they are withdrawn, and that they are off by default. */
let w: LabWorld
let conforms: ReturnType<typeof conformanceChecker>
beforeAll(async () => {
  w = await labWorld({ policy: { potassiumOnHighBand: 'suggest', ecgOnPotassium: 'suggest' } })
  await w.subscribe('ServiceRequest?intent=proposal')
  conforms = conformanceChecker()
}, 180_000)
afterAll(() => w?.stop())

const ago = (n: number) => minutes(w.now(), -n)
type Changes<T> = Partial<T> & { no?: string }
const ecgIn = (world: LabWorld, mrn: string, { no = '', ...changes }: Changes<Parameters<typeof tracing>[0]> = {}) =>
  tracing({ ...world.head(), filler: `E${mrn}${no}`, acquiredAt: ago(20), band: 'high', mrn, ...changes })
const ecg = (mrn: string, changes: Changes<Parameters<typeof tracing>[0]> = {}) => ecgIn(w, mrn, changes)
const potassium = (mrn: string, { no = '', ...changes }: Changes<Parameters<typeof blood>[0]> = {}) =>
  blood({ ...w.head(), filler: `F${mrn}${no}`, collectedAt: ago(15), value: '4.2', mrn, ...changes })
const statesOf = async (mrn: string) => (await w.proposals(mrn)).map(({ status }) => status)
const toldOf = (id: string) =>
  w.told<ServiceRequest>('ServiceRequest').flatMap((one) => (one.id === id ? [one.status] : []))
const codeOf = ({ code }: ServiceRequest) => code?.coding?.[0]?.code

describe('a potassium after a high band', () => {
  test('is proposed, profiled and labelled, once; withdrawn when a usable one comes, and the subscriber hears both', async () => {
    await w.send(ecg('PA'))
    const [proposal, ...more] = await w.proposals('PA')
    expect(more).toEqual([])
    expect([proposal!.status, proposal!.intent, codeOf(proposal!), proposal!.priority]).toEqual([
      'active',
      'proposal',
      '2823-3',
      'urgent'
    ])
    expect(conforms(proposal!, PROFILE.proposal)).toEqual([])
    const [risk] = await w.risks('PA')
    expect(proposal!.supportingInfo).toEqual([{ reference: `RiskAssessment/${risk!.id}` }])
    expect(proposal!.reasonReference?.[0]?.reference).toMatch(/^DiagnosticReport\//)
    expect(proposal!.requester).toEqual(risk!.performer)
    expect(proposal!.meta?.security?.map(({ code }) => code)).toEqual(['AIAST'])
    // Haemolysed, of a wrong unit, preliminary: none is a usable one. Each is another sample.
    await w.send(
      potassium('PA', { no: '1', rejected: 'RH^Hemolysis^HL70490' }),
      potassium('PA', { no: '2', value: '42' }),
      potassium('PA', { no: '3', status: 'P' }),
      potassium('PA', { no: '4', collectedAt: ago(81) })
    )
    expect(await statesOf('PA')).toEqual(['active'])
    await w.send(potassium('PA', { no: '5', value: '6.4', collectedAt: ago(2) }))
    expect(await statesOf('PA')).toEqual(['revoked'])
    expect(toldOf(proposal!.id)).toEqual(['active', 'revoked'])
    // Taken back, it is missing again.
    await w.send(potassium('PA', { no: '5', value: 'TNP', collectedAt: ago(2), status: 'C' }))
    expect([await statesOf('PA'), (await w.proposals('PA'))[0]!.id]).toEqual([['active'], proposal!.id])
  })

  test('is not proposed where one was collected in the hour before, nor after a lower band', async () => {
    await w.send(potassium('PB', { collectedAt: ago(79) }), ecg('PB'), ecg('PC', { band: 'low' }))
    expect([await statesOf('PB'), await statesOf('PC')]).toEqual([[], []])
  })

  test('is proposed once for two tracings; it goes with the last of them', async () => {
    await w.send(ecg('PD', { no: '1', band: 'very-high' }), ecg('PD', { no: '2', acquiredAt: ago(5), seed: 8 }))
    expect(await statesOf('PD')).toEqual(['active'])
    expect((await w.proposals('PD'))[0]!.supportingInfo).toHaveLength(2)
    expect((await w.proposals('PD'))[0]!.priority).toBe('stat')
    await w.send(ecg('PD', { no: '1', band: 'very-high', status: 'X' }))
    expect(await statesOf('PD')).toEqual(['active'])
    await w.send(ecg('PD', { no: '2', acquiredAt: ago(5), seed: 8, status: 'X' }))
    expect(await statesOf('PD')).toEqual(['revoked'])
  })

  test('is not written again by what comes twice, and stays closed where a person closed it', async () => {
    const message = ecg('PE')
    await w.send(message)
    const [first] = await w.proposals('PE')
    await w.send(message)
    // The same recording in another message, and a new version of the person: everything is looked at again.
    await w.send(ecg('PE'), potassium('PE', { value: '', status: 'I' }))
    expect((await w.proposals('PE')).map(({ id, meta }) => [id, meta?.versionId])).toEqual([[first!.id, '1']])
    const { meta, ...proposal } = first!
    const response = await fetch(`${w.http}/fhir/R4/ServiceRequest/${first!.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        ...proposal,
        meta: { ...meta, versionId: undefined, lastUpdated: undefined },
        status: 'revoked'
      })
    })
    expect(response.status).toBe(200)
    await w.send(potassium('PE', { no: '2', rejected: 'RH^Hemolysis^HL70490' }))
    expect((await statesOf('PE')).filter((status) => status === 'active')).toEqual([])
  })

  test('is not proposed of a tracing that came late', async () => {
    await w.send(ecg('PF', { acquiredAt: ago(90) }))
    expect(await statesOf('PF')).toEqual([])
  })
})

describe('an ECG after a potassium that asks', () => {
  test.each<[string, Partial<Parameters<typeof blood>[0]>, string]>([
    ['EA', { value: '6.4' }, 'stat'],
    ['EB', { rejected: 'RH^Hemolysis^HL70490' }, 'urgent'],
    ['EC', { value: 'QNS', type: 'ST' }, 'urgent']
  ])('%s: is proposed, and withdrawn when one comes', async (mrn, changes, priority) => {
    await w.send(potassium(mrn, changes))
    const [proposal, ...more] = await w.proposals(mrn)
    expect([more.length, proposal!.status, codeOf(proposal!), proposal!.priority]).toEqual([
      0,
      'active',
      '268400002',
      priority
    ])
    expect(conforms(proposal!, PROFILE.proposal)).toEqual([])
    expect(proposal!.reasonReference?.[0]?.reference).toMatch(/^Observation\//)
    await w.send(ecg(mrn, { band: 'low', acquiredAt: ago(1) }))
    expect(await statesOf(mrn)).toEqual(['revoked'])
    // The ECG is taken back: there is none again.
    await w.send(ecg(mrn, { band: 'low', acquiredAt: ago(1), status: 'X' }))
    expect([await statesOf(mrn), (await w.proposals(mrn))[0]!.id]).toEqual([['active'], proposal!.id])
  })

  test('is withdrawn by the value of a new sample, by a correction and by a deletion', async () => {
    await w.send(potassium('ED', { value: 'TNP' }))
    await w.send(potassium('ED', { no: '2', collectedAt: ago(1) }))
    expect(await statesOf('ED')).toEqual(['revoked'])
    for (const [mrn, changes] of [
      ['EE', { value: '4.4', status: 'C' }],
      ['EF', { status: 'D' }]
    ] as const) {
      await w.send(potassium(mrn, { value: '6.4' }))
      expect(await statesOf(mrn)).toEqual(['active'])
      await w.send(potassium(mrn, changes))
      expect([mrn, await statesOf(mrn)]).toEqual([mrn, ['revoked']])
    }
  })

  test('is not proposed where there is one, nor for a potassium that asks nothing', async () => {
    await w.send(ecg('EG', { band: 'low' }), potassium('EG', { value: '6.4' }), potassium('EH'))
    await w.send(potassium('EI', { value: '140' }), potassium('EJ', { value: '6.9', units: 'mg/dL' }))
    for (const mrn of ['EG', 'EH', 'EI', 'EJ']) expect([mrn, await statesOf(mrn)]).toEqual([mrn, []])
  })
})

test('nothing is proposed unless the site asks for it, and nothing by a module in shadow', async () => {
  const off = await labWorld()
  try {
    await off.send(ecgIn(off, 'ZA', { band: 'very-high' }))
    await off.send(blood({ ...off.head(), filler: 'FZB', collectedAt: ago(15), value: '6.9', mrn: 'ZB' }))
    expect([await off.proposals('ZA'), await off.proposals('ZB')]).toEqual([[], []])
    expect((await off.alarms('ZA')).map(({ status }) => status)).toEqual(['requested'])
  } finally {
    await off.stop()
  }
  const shadow = await labWorld({
    mode: 'shadow',
    policy: { potassiumOnHighBand: 'suggest', ecgOnPotassium: 'suggest' }
  })
  try {
    await shadow.send(ecgIn(shadow, 'ZC', { band: 'very-high' }))
    await shadow.send(blood({ ...shadow.head(), filler: 'FZD', collectedAt: ago(15), value: '6.9', mrn: 'ZD' }))
    expect([await shadow.proposals('ZC'), await shadow.proposals('ZD'), (await shadow.risks('ZC')).length]).toEqual([
      [],
      [],
      1
    ])
  } finally {
    await shadow.stop()
  }
  await expect(labWorld({ policy: { ecgOnPotassium: 'yes' } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
}, 180_000)
