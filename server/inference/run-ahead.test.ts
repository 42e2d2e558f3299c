import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Observation, Patient, RiskAssessment } from '@medplum/fhirtypes'
import type { ChangeEvent } from '../../core/changes.ts'
import { AppError } from '../../core/errors/app-error.ts'
import { defineModule, type InferenceModule } from '../../core/inference-module.ts'
import { silentLogger } from '../../core/log.ts'
import { createEmbeddedBus, type EmbeddedBus } from '../bus/embedded/embedded-bus.ts'
import { storeOf } from '../store/fixtures/store-of.ts'
import type { ServerStore } from '../store/server-store.ts'
import { createInferenceStep, type InferenceStep, RECORDED_TOPIC } from './step.ts'

const NOW = new Date('2026-01-05T08:31:00.000Z')

/** A module whose runs wait for another machine, about the one Observation there is. */
const asking: InferenceModule = defineModule<object, object>({
  manifest: {
    id: 'asking',
    title: 'asking',
    contract: 'asking/1',
    models: [],
    listensTo: ['Observation'],
    kind: 'Deterministic-AI'
  },
  select: async (_event, record) => {
    const found = await record.read<Observation>('Observation/o1')
    const identity = {
      patient: 'Patient/p1',
      patientAtFirstWrite: 'Patient/p1',
      tracing: 'o1',
      basis: [`Observation/o1/_history/${found!.meta!.versionId}`]
    }
    return [{ kind: 'run', identity, input: { value: found!.valueQuantity!.value } }]
  },
  outside: () => ({ atOnce: 1, runMs: 60_000, environment: [] }),
  run: async () => ({}),
  toFhir: (outcome, context) => [
    {
      resource: {
        resourceType: 'RiskAssessment',
        id: context.resultId,
        status: outcome.kind === 'refusal' ? 'cancelled' : 'preliminary',
        subject: { reference: context.identity.patient }
      } as RiskAssessment & { id: string }
    }
  ]
})

interface World {
  store: ServerStore
  bus: EmbeddedBus
  step: InferenceStep
  /** Runs that were asked for, each to be answered by the test. */
  runs: (PromiseWithResolvers<unknown> & { yields: boolean })[]
  /** Resolves when the nth run (from 1) was asked for. */
  asked(n: number): Promise<void>
  observe(value: number): Promise<ChangeEvent>
}

/** The same answered here, and another that a site is served by. */
const measuring: InferenceModule = { ...asking, outside: undefined, manifest: { ...asking.manifest, id: 'measuring' } }
const served: InferenceModule = {
  ...measuring,
  manifest: { ...measuring.manifest, id: 'served', contract: 'served/1' }
}

async function withWorld(
  work: (world: World) => Promise<void>,
  { outbound = true, modules = [asking] }: { outbound?: boolean; modules?: InferenceModule[] } = {}
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ahead-'))
  const store = storeOf({ dir: folder, clock: { now: () => NOW }, log: silentLogger })
  await store.start()
  const bus = createEmbeddedBus({ path: join(folder, 'bus.sqlite') })
  await bus.start()
  const runs: World['runs'] = []
  const waiting: { n: number; resolve(): void }[] = []
  const step = createInferenceStep({
    bus,
    store,
    readWaveform: () => Promise.reject(new AppError('BLOB_MISSING')),
    runtime: {
      run: <T>(_module: string, _input: unknown, _policy?: unknown, { yields = false } = {}) => {
        const run = Object.assign(Promise.withResolvers<unknown>(), { yields })
        runs.push(run)
        for (const { n, resolve } of waiting) if (runs.length >= n) resolve()
        return run.promise as Promise<T>
      },
      model: () => {
        throw new AppError('MODEL_UNAVAILABLE')
      }
    },
    modules,
    modes: { served: 'advisory' },
    timers: { at: async () => {}, cancel: async () => {} },
    clock: { now: () => NOW },
    log: silentLogger,
    outbound: () => outbound
  })
  const patient: Patient & { id: string } = { resourceType: 'Patient', id: 'p1' }
  await store.write([{ resource: patient }], { kind: 'ingest' })
  const observe: World['observe'] = async (value) => {
    const resource: Observation & { id: string } = {
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/p1' },
      valueQuantity: { value }
    }
    await store.write([{ resource }], { kind: 'ingest' })
    return (await store.takeChanges(100)).at(-1)!.event as ChangeEvent
  }
  const asked = (n: number): Promise<void> =>
    runs.length >= n ? Promise.resolve() : new Promise((resolve) => void waiting.push({ n, resolve }))
  try {
    await work({ store, bus, step, runs, asked, observe })
  } finally {
    await bus.stop()
    await store.stop()
    await rm(folder, { recursive: true })
  }
}

const risks = (store: ServerStore) => store.search<RiskAssessment & { id: string }>('RiskAssessment?_count=50')

test('leaves the record of the patient open while a run waits for another machine, and writes what it then says', async () => {
  await withWorld(async ({ store, step, runs, asked, observe }) => {
    const handled = step.handle('asking', { change: await observe(1) })
    await asked(1)
    // Another module's result, or a merge, takes this lock: it does not wait for the run.
    expect(await store.lock(['Patient/p1'], async () => 'free')).toBe('free')
    runs[0]!.resolve({})
    await handled
    expect(await risks(store)).toHaveLength(1)
  })
})

test('a module in shadow yields to one that is served: it does not hold the record while it runs', async () => {
  await withWorld(
    async ({ store, step, runs, asked, observe }) => {
      const change = await observe(1)
      const inShadow = step.handle('measuring', { change })
      await asked(1)
      const answered = step.handle('served', { change })
      await asked(2)
      expect(runs.map(({ yields }) => yields)).toEqual([true, false])
      // The shadow run, begun first, is still under way.
      runs[1]!.resolve({})
      await answered
      expect(await risks(store)).toHaveLength(1)
      runs[0]!.resolve({})
      await inShadow
      expect(await risks(store)).toHaveLength(2)
    },
    { modules: [measuring, served] }
  )
})

test('writes nothing of a run whose input was corrected meanwhile: the event is offered again, and asked anew', async () => {
  await withWorld(async ({ store, step, runs, asked, observe }) => {
    const change = await observe(1)
    const handled = step.handle('asking', { change })
    await asked(1)
    await observe(2)
    runs[0]!.resolve({})
    await expect(handled).rejects.toMatchObject({ code: 'FHIR_VERSION_CONFLICT' })
    expect(await risks(store)).toEqual([])

    const again = step.handle('asking', { change })
    await asked(2)
    runs[1]!.resolve({})
    await again
    expect(await risks(store)).toHaveLength(1)
  })
})

test('asks no second time what is answered already', async () => {
  await withWorld(async ({ step, runs, asked, observe }) => {
    const change = await observe(1)
    const handled = step.handle('asking', { change })
    await asked(1)
    runs[0]!.resolve({})
    await handled
    expect(await step.handle('asking', { change })).toEqual([])
    expect(runs).toHaveLength(1)
  })
})

test('asks nobody while nothing may leave, and answers with a refusal', async () => {
  await withWorld(
    async ({ store, step, runs, observe }) => {
      await step.handle('asking', { change: await observe(1) })
      expect(runs).toEqual([])
      expect(await risks(store)).toMatchObject([{ status: 'cancelled' }])
    },
    { outbound: false }
  )
})

test('stops without waiting for the answer, and asks again after the start', async () => {
  await withWorld(async ({ store, bus, step, runs, asked, observe }) => {
    const change = await observe(1)
    const value = new TextEncoder().encode(JSON.stringify(change))
    await step.start()
    await bus.append(RECORDED_TOPIC, [{ key: 'Patient/p1', value, headers: {} }])
    await asked(1)
    const stopped = step.stop()
    // As `runtime.stopOutside` ends what its lanes wait for.
    runs[0]!.reject(new AppError('SHUTTING_DOWN'))
    await stopped
    expect(await risks(store)).toEqual([])

    await step.start()
    await asked(2)
    const written = new Promise<void>((resolve) => void store.onCommit(resolve))
    runs[1]!.resolve({})
    await written
    expect(await risks(store)).toHaveLength(1)
    await step.stop()
  })
})
