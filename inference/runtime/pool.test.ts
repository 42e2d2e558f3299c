import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProbeInput } from './fixtures/probe-module.ts'
import { writeTinyModel } from './fixtures/tiny-pocket-k.ts'
import { createRuntime, type InferenceRuntime, type RuntimeOptions } from './runtime.ts'

const PROBE = { id: 'probe', url: new URL('./fixtures/probe-module.ts', import.meta.url).href }

async function withRuntime(
  options: Partial<RuntimeOptions>,
  work: (runtime: InferenceRuntime) => Promise<void>
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'models-'))
  await writeTinyModel(root)
  const runtime = createRuntime({ shippedRoot: root, modules: [PROBE], workers: 1, ...options })
  await runtime.start()
  try {
    await work(runtime)
  } finally {
    await runtime.stop()
    await rm(root, { recursive: true })
  }
}

const probe = (runtime: InferenceRuntime, input: ProbeInput, options?: { waitMs?: number; yields?: boolean }) =>
  runtime.run<{ value?: number }>('probe', input, {}, options)
const ecg = (level: number) => ({ ecg: { dims: [1, 1, 5000], data: new Float32Array(5000).fill(level) } })

test('runs a module wholly inside a worker and is ready only when warm', async () => {
  await withRuntime({ workers: 2 }, async (runtime) => {
    expect(runtime.ready).toBe(true)
    // tiny-pocket-k: sigmoid(10 * 0.3 - 3) = 0.5
    expect((await probe(runtime, { do: 'infer', level: 0.3 })).value).toBeCloseTo(0.5, 4)
    expect(runtime.stats()).toMatchObject({ workers: 2, ready: 2, completed: 1, roles: [{ role: 'pocket-k/1' }] })
  })
})

test('infers tensors with several in flight and answers each with its own result', async () => {
  await withRuntime({ workers: 2 }, async (runtime) => {
    const levels = Array.from({ length: 60 }, (_, i) => i / 100)
    const outputs = await Promise.all(levels.map((level) => runtime.inferTensor('pocket-k/1', ecg(level))))
    for (const [i, level] of levels.entries()) expect(outputs[i]!.mean!.data[0]).toBeCloseTo(4 + 5 * level, 4)
    expect(outputs[0]!.probability!.dims).toEqual([1, 4])
  })
})

test('hands buffers over without a copy when told to', async () => {
  await withRuntime({}, async (runtime) => {
    const inputs = ecg(0.2)
    const { mean } = await runtime.inferTensor('pocket-k/1', inputs, { transfer: true })
    expect(mean!.data[0]).toBeCloseTo(5, 4)
    expect(inputs.ecg.data.byteLength).toBe(0)
  })
})

test('refuses what does not fit into the queue with INFERENCE_BUSY and loses nothing', async () => {
  await withRuntime({ maxQueued: 4, depth: 1 }, async (runtime) => {
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => probe(runtime, { do: 'spin', ms: 20 })))
    const refused = results.filter((result) => result.status === 'rejected')
    // 1 running, 4 waiting, the other 7 refused at once
    expect(refused.map((result) => [result.reason.code, result.reason.reason])).toEqual(
      Array.from({ length: 7 }, () => ['INFERENCE_BUSY', 'queue-full'])
    )
    expect(runtime.stats()).toMatchObject({ completed: 5, busy: 7, queued: 0, running: 0 })
  })
})

test('sheds a job that waited past its deadline, and says so', async () => {
  await withRuntime({ depth: 1 }, async (runtime) => {
    const long = probe(runtime, { do: 'spin', ms: 150 })
    await expect(probe(runtime, { do: 'echo' }, { waitMs: 20 })).rejects.toMatchObject({
      code: 'INFERENCE_BUSY',
      reason: 'deadline-exceeded'
    })
    await long
  })
})

test('begins what yields only where nothing runs, and after all that does not, whichever came first', async () => {
  await withRuntime({}, async (runtime) => {
    const ended: string[] = []
    const run = async (name: string, yields: boolean) => {
      await probe(runtime, { do: 'spin', ms: 20 }, { yields })
      ended.push(name)
    }
    // A worker takes a second job while it runs the first: not one that yields, which would hold up what comes after.
    await Promise.all([run('first', false), run('shadow', true), run('shadow too', true), run('later', false)])
    expect(ended).toEqual(['first', 'later', 'shadow', 'shadow too'])
    expect(runtime.stats()).toMatchObject({ completed: 4, queued: 0, running: 0 })
  })
})

test('replaces a worker that died, tries its job once more, and keeps the jobs behind it', async () => {
  await withRuntime({}, async (runtime) => {
    const counter = new SharedArrayBuffer(4)
    const [first, behind] = await Promise.all([
      probe(runtime, { do: 'die-once', counter }),
      probe(runtime, { do: 'infer', level: 0.3 })
    ])
    expect(first).toEqual({ thread: 'worker' })
    expect(behind.value).toBeCloseTo(0.5, 4)
    expect(new Int32Array(counter)[0]).toBe(2)
    expect(runtime.stats()).toMatchObject({ workersReplaced: 1, completed: 2, failed: 0 })
  })
})

test('fails a job that kills its worker twice with INFERENCE_FAILED and goes on serving', async () => {
  await withRuntime({}, async (runtime) => {
    await expect(probe(runtime, { do: 'die' })).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      reason: 'worker-died'
    })
    expect((await probe(runtime, { do: 'infer', level: 0.3 })).value).toBeCloseTo(0.5, 4)
    expect(runtime.stats().workersReplaced).toBe(2)
  })
})

test('ends a job that runs without end and replaces its worker', async () => {
  await withRuntime({ runMs: 100 }, async (runtime) => {
    await expect(probe(runtime, { do: 'spin', ms: 60_000 })).rejects.toMatchObject({ reason: 'run-timeout' })
    expect(await probe(runtime, { do: 'echo' })).toEqual({ thread: 'worker' })
  })
})

test('passes an error of a module on as INFERENCE_FAILED without its text', async () => {
  await withRuntime({}, async (runtime) => {
    const error = await probe(runtime, { do: 'throw' }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'INFERENCE_FAILED' })
    expect(String(error)).not.toContain('as told')
  })
})

test('fails waiting jobs with SHUTTING_DOWN at stop and lets running ones end', async () => {
  await withRuntime({ depth: 1 }, async (runtime) => {
    const running = probe(runtime, { do: 'spin', ms: 50 })
    const waiting = probe(runtime, { do: 'echo' })
    waiting.catch(() => {})
    await runtime.stop()
    await expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    await expect(running).resolves.toEqual({ thread: 'worker' })
    await expect(probe(runtime, { do: 'echo' })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  })
})

test('leaves the main loop free while a worker computes', async () => {
  await withRuntime({}, async (runtime) => {
    // A run that blocked this thread would leave it a turn or two.
    let turns = 0
    let again = setImmediate(function turn() {
      turns++
      again = setImmediate(turn)
    })
    await probe(runtime, { do: 'spin', ms: 300 })
    clearImmediate(again)
    expect(turns).toBeGreaterThan(50)
  })
})
