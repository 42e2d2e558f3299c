import type { Consent, Encounter, Observation, Patient, ServiceRequest } from '@medplum/fhirtypes'
import { type DecodedResource, ENCOUNTER, type OrderRequest, SUBJECT } from '../../core/decoded.ts'
import type { Waveform } from '../../core/waveform.ts'
import { anna, at, envelope, feed, message, recordWorld } from '../../test/support/record.ts'
import { simulateEcg } from '../demo/simulate/ecg.ts'
import { hasTag, TAG } from './marks.ts'
import { recordMessage } from './step.ts'

let world: Awaited<ReturnType<typeof recordWorld>>
beforeEach(async () => {
  world = await recordWorld()
})
afterEach(() => world.stop())

const record = (decoded: ReturnType<typeof message>, overrides = {}) =>
  recordMessage(world.deps, envelope(overrides), feed, decoded)
const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => 'was accepted',
    (error: { code: string; reason?: string }) => `${error.code}${error.reason ? ` ${error.reason}` : ''}`
  )
const patients = () => world.store.search<Patient & { id: string }>('Patient?_count=50')

const potassium = (value: number, status: Observation['status'] = 'final', filler = 'F1'): DecodedResource => ({
  businessKey: `obs|LAB|${filler}|K`,
  mode: 'replace',
  resource: {
    resourceType: 'Observation',
    status,
    code: { coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
    subject: { reference: SUBJECT },
    encounter: { reference: ENCOUNTER },
    effectiveDateTime: '2026-03-01T08:00:00Z',
    valueQuantity: { value, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }
  }
})
const order = (control: string, module: string | undefined = 'pocket-k'): OrderRequest => ({
  control,
  placerOrderNumber: 'P1^EHR',
  module,
  request: {
    businessKey: 'order|EHR|P1',
    mode: 'replace',
    resource: {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: SUBJECT },
      authoredOn: '2026-03-01T08:00:00Z',
      code: { text: 'potassium screening' }
    }
  }
})
const ecg = (
  waveform: Waveform,
  businessKey: string,
  acquired = '2026-03-01T08:00:00Z',
  receivedFrom: 'dicom' | 'hl7v2' = 'hl7v2'
) => ({
  businessKey,
  waveforms: [waveform],
  acquiredAt: at(acquired),
  receivedFrom
})
const admit = {
  adt: { event: 'A01', recordedAt: at('2026-03-01T07:00:00Z') },
  visit: { number: { value: 'V1', authority: 'HOSP' }, class: 'I', admittedAt: at('2026-03-01T07:00:00Z') }
}

describe('the right patient', () => {
  test('an ORU makes a provisional patient, an ADT confirms it', async () => {
    await record(message({ subject: anna, resources: [potassium(4.1)] }))
    expect(hasTag((await patients())[0]!, TAG.provisionalPatient)).toBe(true)
    await record(message({ subject: anna, ...admit }))
    expect((await patients()).map((p) => hasTag(p, TAG.provisionalPatient))).toEqual([false])
  })

  test.each([
    ['birth date', { birthDate: '1951-02-03' }, 'birth-date'],
    ['sex', { sex: 'male' as const }, 'sex'],
    ['family name', { family: 'Beispiel' }, 'family-name']
  ])('a conflicting %s holds the message back and asks a person', async (_what, change, reason) => {
    await record(message({ subject: anna, ...admit }))
    expect(await refusal(record(message({ subject: { ...anna, ...change }, resources: [potassium(6.5)] })))).toBe(
      `PATIENT_MISMATCH ${reason}`
    )
    expect(await world.store.search('Observation?_count=5')).toEqual([])
    expect(await world.store.search('Task?status=requested')).toHaveLength(1)
  })

  test.each(['MUSTER', 'Múster', 'muster'])('the family name %s is the same name', async (family) => {
    await record(message({ subject: anna, ...admit }))
    expect((await record(message({ subject: { ...anna, family }, resources: [potassium(4)] }))).state).toBe('recorded')
  })

  test('no authority and no default: parked', async () => {
    const claim = { ...anna, identifiers: [{ value: '1001' }] }
    const work = recordMessage(
      world.deps,
      envelope(),
      { ...feed, defaultAuthority: undefined },
      message({ subject: claim })
    )
    expect(await refusal(work)).toBe('AUTHORITY_UNKNOWN')
  })

  test.each([
    ['hl7v2', 'PID-3.4'],
    ['dicom', '(0010,0021)']
  ] as const)('what is missing is named where a %s sender writes it', async (family, at) => {
    const claim = { ...anna, identifiers: [{ value: '1001' }] }
    const work = recordMessage(
      world.deps,
      envelope({ family }),
      { ...feed, defaultAuthority: undefined },
      message({ subject: claim })
    )
    await expect(work).rejects.toMatchObject({ code: 'AUTHORITY_UNKNOWN', at })
  })

  test('a person decides whose a message without an authority is', async () => {
    await record(message({ subject: anna, ...admit }))
    const claim = { ...anna, identifiers: [{ value: '1001' }] }
    const nobody = { ...feed, defaultAuthority: undefined }
    const owner = `Patient/${(await patients())[0]!.id}`
    await recordMessage(world.deps, envelope(), nobody, message({ subject: claim, resources: [potassium(4.1)] }), owner)
    expect((await world.store.search<Observation>('Observation?_count=5'))[0]!.subject?.reference).toBe(owner)
  })

  test.each(['UNKNOWN', '999999', '', 'EMER-17'])(
    'identifier "%s" names nobody: kept apart, on the worklist',
    async (value) => {
      await record(
        message({ subject: { ...anna, identifiers: [{ value, authority: 'HOSP' }] }, resources: [potassium(6.5)] })
      )
      expect((await patients()).every((p) => hasTag(p, TAG.unidentifiedPatient) && !p.identifier)).toBe(true)
      expect(await world.store.search('Task?status=requested')).toHaveLength(1)
    }
  )

  test('two identifiers of two people are never joined', async () => {
    await record(message({ subject: anna }))
    await record(message({ subject: { identifiers: [{ value: '2002', authority: 'HOSP' }], family: 'Other' } }))
    const both = { identifiers: [...anna.identifiers, { value: '2002', authority: 'HOSP' }] }
    expect(await refusal(record(message({ subject: both })))).toBe('PATIENT_MISMATCH identifiers-disagree')
  })

  test('an empty field changes nothing, "" deletes, an older EVN-2 changes nothing', async () => {
    const event = (recordedAt: string) => ({ event: 'A08', recordedAt: at(recordedAt) })
    await record(
      message({ subject: { ...anna, telecom: [{ system: 'phone', value: '1' }] }, adt: event('2026-03-01T08:00:00Z') })
    )
    await record(
      message({ subject: { identifiers: anna.identifiers, deleted: ['telecom'] }, adt: event('2026-03-01T09:00:00Z') })
    )
    await record(message({ subject: { ...anna, family: 'Older' }, adt: event('2026-03-01T07:30:00Z') }))
    expect((await patients())[0]).toMatchObject({ birthDate: '1950-02-03', name: [{ family: 'Muster' }] })
    expect((await patients())[0]!.telecom).toBeUndefined()
  })
})

describe('merges', () => {
  const other = { ...anna, identifiers: [{ value: '1002', authority: 'HOSP', type: 'MR' }] }
  const merge = (survivor: typeof anna, source: string) =>
    message({
      subject: survivor,
      adt: {
        event: 'A40',
        recordedAt: at('2026-03-02T00:00:00Z'),
        merged: { identifiers: [{ value: source, authority: 'HOSP' }] }
      }
    })

  test('everything moves to the survivor, the original subject stays named, later messages follow', async () => {
    await record(message({ subject: other, ...admit, resources: [potassium(4.1)] }))
    await record(merge(anna, '1002'))
    await record(message({ subject: other, resources: [potassium(4.4, 'final', 'F2')] }))
    const all = await patients()
    const survivor = all.find((p) => p.active)!
    const source = all.find((p) => !p.active)!
    expect(source.link).toEqual([{ type: 'replaced-by', other: { reference: `Patient/${survivor.id}` } }])
    const observations = await world.store.search<Observation>('Observation?_count=10')
    expect(observations.map((o) => o.subject?.reference)).toEqual(Array(2).fill(`Patient/${survivor.id}`))
    expect(
      observations.map((o) => o.extension?.find((e) => e.url.endsWith('original-subject'))?.valueReference?.reference)
    ).toEqual(Array(2).fill(`Patient/${source.id}`))
    expect((await world.store.search<Encounter>('Encounter?_count=10')).map((e) => e.subject?.reference)).toEqual([
      `Patient/${survivor.id}`
    ])
  })

  test('a visit that came over REST keeps whose it was, so that its results keep their names', async () => {
    await record(message({ subject: other, ...admit }))
    const [source] = await patients()
    const visit: Encounter & { id: string } = {
      resourceType: 'Encounter',
      id: 'v1',
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { reference: `Patient/${source!.id}` }
    }
    await world.store.write([{ resource: visit }], { kind: 'rest' })
    await record(merge(anna, '1002'))
    const moved = (await world.store.read<Encounter>('Encounter', 'v1'))!
    const survivor = (await patients()).find((p) => p.active)!
    expect(moved.subject?.reference).toBe(`Patient/${survivor.id}`)
    expect(moved.extension?.map(({ valueReference }) => valueReference?.reference)).toEqual([`Patient/${source!.id}`])
  })

  test('what a person does not want stays with the person', async () => {
    await record(message({ subject: other, ...admit }))
    const [source] = await patients()
    const consent: Consent & { id: string } = {
      resourceType: 'Consent',
      id: 'c1',
      status: 'active',
      scope: { text: 'privacy' },
      category: [{ text: 'privacy' }],
      patient: { reference: `Patient/${source!.id}` },
      policyRule: { text: 'site' }
    }
    await world.store.write([{ resource: consent }], { kind: 'rest' })
    await record(merge(anna, '1002'))
    const survivor = (await patients()).find((p) => p.active)!
    expect((await world.store.read<Consent>('Consent', 'c1'))!.patient?.reference).toBe(`Patient/${survivor.id}`)
  })

  test("what the merged record holds without a visit finds the survivor's visit", async () => {
    await record(message({ subject: anna, ...admit }))
    await record(message({ subject: other, resources: [potassium(4.1)] }))
    await record(merge(anna, '1002'))
    const [encounter] = await world.store.search<Encounter & { id: string }>('Encounter?_count=5')
    const [observation] = await world.store.search<Observation>('Observation?_count=5')
    expect(observation!.encounter).toEqual({ reference: `Encounter/${encounter!.id}` })
  })

  test('a merge before its source was ever seen is remembered', async () => {
    await record(merge(anna, '1002'))
    await record(message({ subject: other, resources: [potassium(4.1)] }))
    const survivor = (await patients()).find((p) => p.active)!
    expect((await world.store.search<Observation>('Observation?_count=5'))[0]!.subject?.reference).toBe(
      `Patient/${survivor.id}`
    )
  })

  test('chains follow to the end, a cycle is refused, the same merge twice is one', async () => {
    const third = { ...anna, identifiers: [{ value: '1003', authority: 'HOSP', type: 'MR' }] }
    await record(message({ subject: other, resources: [potassium(4.1)] }))
    await record(merge(anna, '1002'))
    await record(merge(anna, '1002'))
    await record(merge(third, '1001'))
    const end = (await patients()).find((p) => p.active)!
    expect((await world.store.search<Observation>('Observation?_count=5'))[0]!.subject?.reference).toBe(
      `Patient/${end.id}`
    )
    expect(await refusal(record(merge(other, '1003')))).toBe('PATIENT_MERGE_CYCLE')
  })
})

describe('resources', () => {
  test('replay changes nothing, a correction is a new version, an older statement changes nothing', async () => {
    const first = envelope()
    const original = {
      ...message({ subject: anna, resources: [potassium(6.2)] }),
      messageTime: at('2026-03-01T09:00:00Z')
    }
    const correction = {
      ...message({ subject: anna, resources: [potassium(4.2, 'corrected')] }),
      messageTime: at('2026-03-01T10:00:00Z')
    }
    await recordMessage(world.deps, first, feed, original)
    await recordMessage(world.deps, first, feed, original)
    await record(correction)
    await recordMessage(world.deps, envelope(), feed, original)
    const [stored] = await world.store.search<Observation>('Observation?_count=5')
    expect(stored).toMatchObject({ status: 'corrected', valueQuantity: { value: 4.2 }, meta: { versionId: '2' } })
  })

  test('a message taken twice under two envelopes, as after a crash, makes no second version', async () => {
    const once = () => message({ subject: anna, ...admit, resources: [potassium(4.1)] })
    await record(once())
    await record(once())
    for (const type of ['Patient', 'Encounter', 'Observation'])
      expect((await world.store.search(`${type}?_count=5`)).map(({ meta }) => [type, meta?.versionId])).toEqual([
        [type, '1']
      ])
  })

  test('a retraction keeps the value and makes it an error', async () => {
    await record(message({ subject: anna, resources: [potassium(6.2)] }))
    await record(message({ subject: anna, resources: [{ ...potassium(0, 'entered-in-error'), mode: 'status' }] }))
    expect((await world.store.search<Observation>('Observation?_count=5'))[0]).toMatchObject({
      status: 'entered-in-error',
      valueQuantity: { value: 6.2 }
    })
  })

  test('a filler number of one patient is never overwritten by another', async () => {
    await record(message({ subject: anna, resources: [potassium(4.1)] }))
    const other = { identifiers: [{ value: '3003', authority: 'HOSP' }] }
    expect(await refusal(record(message({ subject: other, resources: [potassium(6.9)] })))).toBe('IDENTITY_CONFLICT')
  })
})

describe('encounters', () => {
  test('without a visit number the only open visit is taken; two are not guessed between', async () => {
    await record(message({ subject: anna, ...admit }))
    await record(message({ subject: anna, resources: [potassium(4.1)] }))
    expect((await world.store.search<Observation>('Observation?_count=5'))[0]!.encounter).toBeDefined()
    await record(
      message({ subject: anna, ...admit, visit: { ...admit.visit, number: { value: 'V2', authority: 'HOSP' } } })
    )
    expect((await world.store.search<Observation>('Observation?_count=5'))[0]!.encounter).toBeUndefined()
  })

  test('a result before the admission is linked when the admission comes', async () => {
    await record(message({ subject: anna, resources: [potassium(4.1)] }))
    await record(message({ subject: anna, ...admit }))
    expect((await world.store.search<Observation>('Observation?_count=5'))[0]!.encounter).toBeDefined()
  })

  test('discharge, cancelled discharge', async () => {
    const event = (code: string, recordedAt: string) =>
      message({ subject: anna, adt: { event: code, recordedAt: at(recordedAt) }, visit: admit.visit })
    await record(message({ subject: anna, ...admit }))
    await record(event('A03', '2026-03-03T08:00:00Z'))
    expect((await world.store.search<Encounter>('Encounter?_count=5'))[0]).toMatchObject({
      status: 'finished',
      period: { end: '2026-03-03T08:00:00Z' }
    })
    await record(event('A13', '2026-03-03T09:00:00Z'))
    expect((await world.store.search<Encounter>('Encounter?_count=5'))[0]).toMatchObject({
      status: 'in-progress',
      period: { start: '2026-03-01T07:00:00Z' }
    })
  })
})

describe('orders', () => {
  test.each([
    ['NW', ['NW'], ['OK']],
    ['NW twice', ['NW', 'NW'], ['OK', 'OK']],
    ['cancel', ['NW', 'CA', 'CA', 'NW'], ['OK', 'CR', 'CR', 'OK']],
    ['discontinue', ['NW', 'DC'], ['OK', 'DR']],
    ['change', ['NW', 'XO', 'CA', 'XO'], ['OK', 'XR', 'CR', 'UX']],
    ['of what is not there', ['CA', 'DC', 'XO'], ['UC', 'UD', 'UX']]
  ])('%s', async (_name, controls, answers) => {
    const given: string[] = []
    for (const control of controls)
      given.push((await record(message({ subject: anna, orders: [order(control)] }))).orders![0]!.control)
    expect(given).toEqual(answers)
  })

  test('an order that nobody placed gets no number of ours: the placer would keep it for one', async () => {
    const [unknown] = (await record(message({ subject: anna, orders: [order('CA')] }))).orders!
    expect(unknown).toMatchObject({ control: 'UC', reason: 'order-unknown' })
    expect(unknown).not.toHaveProperty('fillerOrderNumber')
    const [placed] = (await record(message({ subject: anna, orders: [order('NW')] }))).orders!
    expect(placed!.fillerOrderNumber).toMatch(/^HB/)
  })

  test('an order that is none of ours is answered UA and leaves nothing', async () => {
    const foreign = { ...order('NW'), module: undefined }
    expect((await record(message({ subject: anna, orders: [foreign] }))).orders).toMatchObject([
      { control: 'UA', reason: 'order-not-ours' }
    ])
    expect(await world.store.search<ServiceRequest>('ServiceRequest?_count=5')).toEqual([])
  })
})

describe('tracings', () => {
  test('one tracing that comes by DICOM and by ORU is one; another is another', async () => {
    const waveform = simulateEcg({ seed: 1, seconds: 10 })
    await record(message({ subject: anna, waveforms: [ecg(waveform, 'dicom|1.2.3', '2026-03-01T08:00:00Z', 'dicom')] }))
    await record(message({ subject: anna, waveforms: [ecg(waveform, 'oru|CART|77', '2026-03-01T08:00:01Z')] }))
    await record(
      message({
        subject: anna,
        waveforms: [ecg(simulateEcg({ seed: 2, seconds: 10 }), 'oru|CART|78', '2026-03-01T08:00:01Z')]
      })
    )
    expect(await world.store.search('Observation?code=11524-6')).toHaveLength(2)
    expect(await world.store.search('DocumentReference?_count=10')).toHaveLength(3)
  })

  test('a recording number of one patient is never overwritten by another', async () => {
    await record(message({ subject: anna, waveforms: [ecg(simulateEcg({ seed: 1 }), 'oru|CART|77')] }))
    const other = { identifiers: [{ value: '3003', authority: 'HOSP' }] }
    const work = record(message({ subject: other, waveforms: [ecg(simulateEcg({ seed: 2 }), 'oru|CART|77')] }))
    expect(await refusal(work)).toBe('IDENTITY_CONFLICT')
    expect(await world.store.search('Observation?code=11524-6')).toHaveLength(1)
  })

  test('the same DICOM instance with other samples is held back', async () => {
    await record(
      message({
        subject: anna,
        waveforms: [ecg(simulateEcg({ seed: 1 }), 'dicom|1.2.3', '2026-03-01T08:00:00Z', 'dicom')]
      })
    )
    const changed = message({
      subject: anna,
      waveforms: [ecg(simulateEcg({ seed: 3 }), 'dicom|1.2.3', '2026-03-01T08:00:00Z', 'dicom')]
    })
    expect(await refusal(record(changed))).toBe('CONTENT_CHANGED')
  })
})
