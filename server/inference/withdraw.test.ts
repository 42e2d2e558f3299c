import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Encounter, Resource, RiskAssessment } from '@medplum/fhirtypes'
import { defineModule, type Selection } from '../../core/inference-module.ts'
import { silentLogger } from '../../core/log.ts'
import { stepWithoutModels } from '../../test/support/step-without-models.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import type { InferenceStep } from './step.ts'

/** A module that answers for a visit: once for each time at which it was admitted. */
const stays = defineModule<{ start: string }, { start: string }>({
  manifest: {
    id: 'stays',
    title: 'Stays',
    contract: 'stays/1',
    models: [],
    listensTo: ['Encounter'],
    kind: 'Deterministic-AI'
  },
  async select({ change }, record): Promise<Selection<{ start: string }>[]> {
    const visit = await record.read<Encounter>(`Encounter/${change!.id}`)
    if (!visit) return []
    const start = visit.period!.start!
    const identity = {
      patient: 'Patient/p1',
      patientAtFirstWrite: 'Patient/p1',
      encounter: 'Encounter/v1',
      tracing: `${visit.id}|${start}`,
      basis: [`Encounter/v1/_history/${visit.meta!.versionId}`]
    }
    const found = await record.search<RiskAssessment>('RiskAssessment?encounter=Encounter/v1')
    const others = found.filter(({ occurrenceDateTime }) => occurrenceDateTime !== start)
    return [
      { kind: 'run', identity, input: { start } },
      ...others.map(({ id }): Selection<never> => ({ kind: 'withdraw', result: `RiskAssessment/${id}` }))
    ]
  },
  run: async (input) => input,
  toFhir: (outcome, { resultId, identity }) => [
    {
      resource: {
        resourceType: 'RiskAssessment',
        id: resultId,
        status: 'preliminary',
        subject: { reference: identity.patient },
        encounter: { reference: identity.encounter },
        occurrenceDateTime: outcome.kind === 'finding' ? outcome.findings.start : undefined,
        basis: identity.basis.map((reference) => ({ reference }))
      }
    }
  ]
})

const visit = (facts: Partial<Encounter> = {}): Encounter & { id: string } => ({
  resourceType: 'Encounter',
  id: 'v1',
  status: 'in-progress',
  class: { code: 'IMP' },
  subject: { reference: 'Patient/p1' },
  period: { start: '2026-01-05T08:00:00Z' },
  ...facts
})

let dir: string
let store: ServerStore
let step: InferenceStep
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'withdraw-'))
  const clock = { now: () => new Date('2026-01-06T09:00:00Z') }
  store = storeOf({ dir, clock, log: silentLogger })
  await store.start()
  step = stepWithoutModels({
    store,
    modules: [stays],
    timers: { at: async () => undefined, cancel: async () => undefined },
    clock
  })
  await put({ resourceType: 'Patient', id: 'p1' })
})
afterEach(async () => {
  await store.stop()
  await rm(dir, { recursive: true })
})

async function put(resource: Resource & { id: string }): Promise<void> {
  await store.write([{ resource }], { kind: 'ingest' })
  for (const { seq, event } of await store.takeChanges(100)) {
    if (event.cause.kind === 'ingest') await step.handle('stays', { change: event })
    await store.dropChanges(seq)
  }
}
const results = () => store.search<RiskAssessment & { id: string }>('RiskAssessment?_sort=date')

test.each(['cancelled', 'entered-in-error'] as const)(
  'withdraws what was said of a visit that became %s before the module is asked',
  async (status) => {
    await put(visit())
    await put(visit({ status, period: { start: '2026-01-05T08:00:00Z' } }))
    // The module itself would have answered again: what was taken back is withdrawn first.
    const [first] = await results()
    const versions = await Promise.all(['1', '2'].map((v) => store.readVersion('RiskAssessment', first!.id, v)))
    expect(versions.map((one) => (one as RiskAssessment).status)).toEqual(['preliminary', 'entered-in-error'])
  }
)

test('withdraws the result that a module names, whose input still stands', async () => {
  await put(visit())
  await put(visit({ period: { start: '2026-01-05T10:00:00Z' } }))
  expect((await results()).map(({ status, occurrenceDateTime }) => [status, occurrenceDateTime])).toEqual([
    ['entered-in-error', '2026-01-05T08:00:00Z'],
    ['preliminary', '2026-01-05T10:00:00Z']
  ])
})

test('writes no new version because the visit has one', async () => {
  await put(visit())
  await put(visit({ status: 'finished' }))
  expect((await results()).map(({ meta }) => meta?.versionId)).toEqual(['1'])
})
