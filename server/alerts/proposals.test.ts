import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RiskAssessment } from '@medplum/fhirtypes'
import type { InferenceModule } from '../../core/inference-module.ts'
import { silentLogger } from '../../core/log.ts'
import type { RecordReader } from '../../core/record.ts'
import { HIS, LOINC, SNOMED } from '../../fhir-profiles/index.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import type { Proposal } from './proposal.ts'
import { createProposals } from './proposals.ts'

/** A module that proposes a potassium after each result of its that is preliminary, an ECG besides when its text says so. */
const module = {
  manifest: { id: 'pocket-k' },
  suggestions: {
    isOn: ({ on }: Record<string, unknown>) => on === true,
    reasons: async () => ['RiskAssessment/r1', 'RiskAssessment/r1'],
    of: async (reason: RiskAssessment) =>
      reason.status === 'preliminary'
        ? [
            {
              code: { coding: [LOINC.potassiumSerum] },
              priority: reason.mitigation === 'stat' ? ('stat' as const) : ('urgent' as const),
              text: 'A potassium is proposed.'
            },
            ...(reason.mitigation === 'ecg'
              ? [{ code: { coding: [SNOMED.ecg12Lead] }, priority: 'routine' as const, text: 'An ECG is proposed.' }]
              : [])
          ]
        : []
  }
} as unknown as InferenceModule

const risk = (id: string, changes: Partial<RiskAssessment> = {}): RiskAssessment & { id: string } => ({
  resourceType: 'RiskAssessment',
  id,
  meta: { tag: [HIS.advisory] },
  status: 'preliminary',
  subject: { reference: 'Patient/p1' },
  ...changes
})

interface Fixture {
  store: ServerStore
  ask(result: RiskAssessment & { id: string }, mayPropose?: boolean): Promise<void>
  stored(): Promise<string[]>
  proposal(): Promise<Proposal>
}

async function withProposals(
  work: (fixture: Fixture) => Promise<void>,
  { mode = 'advisory', on = true }: { mode?: 'advisory' | 'shadow'; on?: boolean } = {}
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'proposals-'))
  const clock = () => new Date('2026-01-05T09:00:00.000Z')
  const store = storeOf({ dir, clock: { now: clock }, log: silentLogger })
  await store.start()
  try {
    const people = [{ resource: { resourceType: 'Patient' as const, id: 'p1' } }]
    await store.write([...people, { resource: risk('r1') }, { resource: risk('r2') }], { kind: 'ingest' })
    const proposals = createProposals({
      store,
      clock,
      reader: () => ({}) as RecordReader,
      modules: [{ module, mode: () => mode, policy: { on } }]
    })
    const all = () => store.search<Proposal>('ServiceRequest?patient=Patient/p1&intent=proposal&_sort=_lastUpdated')
    await work({
      store,
      ask: (result, mayPropose = true) => proposals.onResult(result, 'pocket-k', mayPropose),
      stored: async () =>
        (await all()).map(
          ({ status, code, supportingInfo = [], meta }) =>
            `${code?.coding?.[0]?.code} ${status} ${supportingInfo.map(({ reference }) => reference).join(' ')} v${meta?.versionId}`
        ),
      proposal: async () => (await all())[0]!
    })
    expect(await proposals.reasonsOf({ resourceType: 'Observation' } as never)).toEqual(
      mode === 'advisory' && on ? [{ module: 'pocket-k', reference: 'RiskAssessment/r1' }] : []
    )
  } finally {
    await store.stop()
    await rm(dir, { recursive: true })
  }
}

test('what is asked again writes nothing; a second reason joins; the last one that goes withdraws; back, it is open again', async () => {
  await withProposals(async ({ ask, stored }) => {
    await ask(risk('r1'))
    await ask(risk('r1'))
    expect(await stored()).toEqual(['2823-3 active RiskAssessment/r1 v1'])
    await ask(risk('r2'))
    await ask(risk('r2'))
    expect(await stored()).toEqual(['2823-3 active RiskAssessment/r1 RiskAssessment/r2 v2'])
    await ask(risk('r1', { status: 'cancelled' }))
    expect(await stored()).toEqual(['2823-3 active RiskAssessment/r2 v3'])
    await ask(risk('r2', { status: 'entered-in-error' }))
    expect(await stored()).toEqual(['2823-3 revoked RiskAssessment/r2 v4'])
    await ask(risk('r1'))
    expect(await stored()).toEqual(['2823-3 active RiskAssessment/r1 v5'])
  })
})

test('a new version of its reason words it anew, once', async () => {
  await withProposals(async ({ ask, stored, proposal }) => {
    await ask(risk('r1'))
    await ask(risk('r1', { mitigation: 'stat' }))
    await ask(risk('r1', { mitigation: 'stat' }))
    expect([await stored(), (await proposal()).priority]).toEqual([['2823-3 active RiskAssessment/r1 v2'], 'stat'])
  })
})

test('each test has a proposal of its own, withdrawn by itself', async () => {
  await withProposals(async ({ ask, stored }) => {
    await ask(risk('r1', { mitigation: 'ecg' }))
    expect((await stored()).toSorted()).toEqual([
      '268400002 active RiskAssessment/r1 v1',
      '2823-3 active RiskAssessment/r1 v1'
    ])
    await ask(risk('r1'))
    expect((await stored()).toSorted()).toEqual([
      '268400002 revoked RiskAssessment/r1 v2',
      '2823-3 active RiskAssessment/r1 v1'
    ])
  })
})

test('what a person closed stays closed for the same reason, and is open to a new one', async () => {
  await withProposals(async ({ store, ask, stored, proposal }) => {
    await ask(risk('r1'))
    await store.write([{ resource: { ...(await proposal()), status: 'completed' } }], { kind: 'rest' })
    await ask(risk('r1'))
    expect(await stored()).toEqual(['2823-3 completed RiskAssessment/r1 v2'])
    await ask(risk('r2'))
    expect((await stored()).toSorted()).toEqual([
      '2823-3 active RiskAssessment/r2 v1',
      '2823-3 completed RiskAssessment/r1 v2'
    ])
  })
})

test.each([
  ['in shadow', { mode: 'shadow' as const }, true],
  ['where the site wants none', { on: false }, true],
  ['of what may not alert', {}, false]
])('nothing is proposed %s', async (_, options, mayPropose) => {
  await withProposals(async ({ ask, stored }) => {
    await ask(risk('r1'), mayPropose)
    expect(await stored()).toEqual([])
  }, options)
})
