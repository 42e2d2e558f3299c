import type { RiskAssessment, Task } from '@medplum/fhirtypes'
import { simulateEcg } from '../../server/demo/simulate/ecg.ts'
import type { World } from '../support/world.ts'
import { ecgMessage, hl7, minutes, msh, order, pid, potassium } from './support/hospital.ts'
import { hospitalWorld, sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'
import { laboratory, subscriber } from './support/receivers.ts'

/** Rules sections 7 and 9 over the whole server. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000)
const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
let lab: Awaited<ReturnType<typeof laboratory>>
beforeAll(async () => {
  lab = await laboratory()
})
afterAll(() => lab?.close())

async function inWorld(
  options: Parameters<typeof hospitalWorld>[1],
  /** `send`: all of them acknowledged, in this order, and everything they cause done. */
  work: (world: World, send: (...messages: Uint8Array[]) => Promise<void>) => Promise<void>
): Promise<void> {
  const world = await hospitalWorld(lab.address, options)
  const client = sender(world)
  try {
    await work(world, async (...messages) => {
      const answers = await Promise.all(messages.map((bytes) => client.send(bytes)))
      expect(answers.map(({ code }) => code)).toEqual(messages.map(() => 'AA'))
      await quiet(world.app)
    })
  } finally {
    await client.close()
    await world.stop()
  }
}

const tasksOf = async (world: World, mrn: string) =>
  (await world.search<Task>(`Task?patient.identifier=${mrn}&_count=50`)).filter(({ code }) =>
    code?.coding?.some((coding) => coding.code === 'risk-alert')
  )
const bandOf = (task: Task) => task.extension?.find(({ url }) => url.endsWith('alert-band'))?.valueString
let n = 0
const ecg = (mrn: string, latent: number, changes: Partial<Parameters<typeof ecgMessage>[0]> = {}) =>
  ecgMessage({
    controlId: `E${++n}`,
    at: now,
    filler: `E${n}`,
    acquiredAt: minutes(now, -20),
    latent,
    seed: 7,
    mrn,
    ...facts,
    ...changes
  })
const blood = (mrn: string, value: string, changes: Partial<Parameters<typeof potassium>[0]> = {}) =>
  potassium({
    controlId: `K${++n}`,
    at: minutes(now, n / 60),
    filler: `F${mrn}`,
    value,
    collectedAt: minutes(now, -15),
    mrn,
    ...facts,
    ...changes
  })

/** The simulated ECG that the shipped model, whatever its training, scores in that band for 6.0 mmol/L and more. */
async function ecgInBand(world: World, band: string) {
  for (const latent of [6.4, 6.6, 6.8, 7, 7.2, 7.4, 5.8, 6, 6.2, 7.6, 7.8])
    for (const seed of [7, 8, 9]) {
      const samples = simulateEcg({ seed, potassium: latent, stepUv: 5 }).samples[0]!
      const input = { lead: { samples, rateHz: 500, unit: 'mV' }, age: 76, sex: 'female' }
      const found = (await world.app.runtime!.run('pocket-k', input, {})) as { bands?: Record<string, string> }
      if (found.bands?.['k-ge-6.0'] === band) return { latent, seed }
    }
  return undefined
}

test('alarms and potassium: suppressed when normal in time, raised by its correction, never suppressed in the top band', async () => {
  await inWorld({}, async (world, send) => {
    // The top band: annotated, not suppressed; a collapse is counted in `input`.
    await send(blood('AT', '4.2'), ecg('AT', 8.2))
    const [top] = await tasksOf(world, 'AT')
    expect([top!.status, bandOf(top!)]).toEqual(['requested', 'very-high'])
    expect(top!.description).toContain('3.5 to 5.0')
    expect(top!.owner?.display).toBe('fallback-queue')
    expect(top!.restriction?.period?.end).toBeDefined()
    await send(ecg('AT', 8.2, { acquiredAt: minutes(now, -10) }))
    const collapsed = await tasksOf(world, 'AT')
    expect(collapsed.map(({ status, input }) => [status, input?.length])).toEqual([['requested', 2]])
    // Acknowledged: a new tracing opens a new alert.
    const { meta: _meta, ...task } = collapsed[0]!
    const acknowledged = await fetch(`${world.http}/fhir/R4/Task/${task.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        ...task,
        meta: { ..._meta, versionId: undefined, lastUpdated: undefined },
        status: 'accepted'
      })
    })
    expect(acknowledged.status).toBe(200)
    await send(ecg('AT', 8.2, { acquiredAt: minutes(now, -5) }))
    expect((await tasksOf(world, 'AT')).map(({ status }) => status).sort()).toEqual(['accepted', 'requested'])

    // The band below: a normal potassium suppresses, and is thought over when it no longer stands.
    const high = await ecgInBand(world, 'high')
    if (!high) {
      console.warn('no simulated ECG scores in the band `high` of this model: suppression is proved in pocket-k only')
      return
    }
    const changed = [
      ['AC', { value: '6.4', status: 'C' }, 'requested'],
      ['AD', { value: '4.2', status: 'D' }, 'requested'],
      ['AH', { value: '4.2', haemolysed: true, status: 'C' }, 'requested'],
      ['AS', { value: '4.3', status: 'C' }, 'rejected']
    ] as const
    const unfit = [
      ['AX', { haemolysed: true }],
      ['AO', { collectedAt: minutes(now, -60) }],
      ['AP', { status: 'P' }]
    ] as const
    await send(
      ...changed.map(([mrn]) => blood(mrn, '4.2')),
      ...unfit.map(([mrn, changes]) => blood(mrn, '4.2', changes)),
      ...[...changed, ...unfit].map(([mrn]) => ecg(mrn, high.latent, { seed: high.seed }))
    )
    for (const [mrn] of changed) {
      const [task, ...more] = await tasksOf(world, mrn)
      expect([mrn, task!.status, more.length]).toEqual([mrn, 'rejected', 0])
      expect(task!.statusReason?.coding?.[0]?.code).toBe('suppressed-normal-potassium')
    }
    for (const [mrn] of unfit)
      expect([mrn, (await tasksOf(world, mrn)).map(({ status }) => status)]).toEqual([mrn, ['requested']])
    await send(...changed.map(([mrn, change]) => blood(mrn, change.value, change)))
    for (const [mrn, , expected] of changed)
      expect([mrn, (await tasksOf(world, mrn)).map(({ status }) => status)]).toEqual([mrn, [expected]])
  })
}, 60_000)

test('a model that nobody approved falls back to shadow: stored, and nothing leaves, no alert, no ORU, no notification', async () => {
  const approval = { approver: 'a', date: '2026-01-01', modelSha256: '0'.repeat(64), threshold: 0.5, evaluation: 'e' }
  const modules = { 'pocket-k': { mode: 'advisory', policy: {}, approval } }
  const hook = await subscriber()
  const before = lab.received.length
  await inWorld({ config: { modules } }, async (world, send) => {
    const response = await fetch(`${world.http}/fhir/R4/Subscription`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({
        resourceType: 'Subscription',
        status: 'requested',
        reason: 'test',
        criteria: 'RiskAssessment?method=pocket-k',
        channel: { type: 'rest-hook', endpoint: hook.url, payload: 'application/fhir+json' }
      })
    })
    expect(response.status).toBe(201)
    await send(ecg('AW', 8.2), order({ controlId: 'OW', at: now, placer: 'PLW', placedAt: now, mrn: 'AW', ...facts }))
    const results = await world.search<RiskAssessment>('RiskAssessment?patient.identifier=AW')
    expect(results.map(({ meta }) => meta?.tag?.map(({ code }) => code))).toEqual([['shadow'], ['shadow']])
    expect(await tasksOf(world, 'AW')).toEqual([])
  })
  expect(hook.received).toEqual([])
  expect(lab.received.slice(before).map(({ type }) => type)).toEqual([])
  await hook.close()
})

test('one switch stops all outbound; switched on again, what waited goes', async () => {
  await inWorld({ config: { alerts: { provisionalPatients: false } } }, async (world, send) => {
    await world.admin('/admin/outbound', { on: false })
    const before = lab.received.length
    await send(ecg('AB', 8.2))
    await send(order({ controlId: 'OBB', at: now, placer: 'PLAB', placedAt: now, mrn: 'AB', ...facts }))
    expect(lab.received.length).toBe(before)
    await world.admin('/admin/outbound', { on: true })
    await world.until('the ORU', () => lab.received.slice(before).some(({ text }) => text.includes('PLAB^LAB')))
    // Known by results only: no alert. Confirmed by ADT, without visit or another result: the alert is raised.
    expect(await tasksOf(world, 'AB')).toEqual([])
    await send(
      hl7(
        msh({ type: 'ADT^A28^ADT_A05', controlId: 'A28', at: now, application: 'ADT' }),
        'EVN|A28|20260101000000+0000',
        pid({ mrn: 'AB', ...facts }),
        'PV1|1|N'
      )
    )
    expect((await tasksOf(world, 'AB')).map(({ status }) => status)).toEqual(['requested'])
  })
})
