import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChatServer, startChatServer } from '../../test/support/chat-server.ts'
import { writeTinyModel } from './fixtures/tiny-pocket-k.ts'
import { createRuntime, type InferenceRuntime, type RuntimeModule } from './runtime.ts'

const fixture = (name: string): string => new URL(`./fixtures/${name}-module.ts`, import.meta.url).href
const OUTSIDE = { atOnce: 1, runMs: 60_000, environment: ['ASKING_KEY'], roles: ['pocket-k/1'] }

let root: string
let server: ChatServer
let runtime: InferenceRuntime

/** The server answers nobody until it is stopped. */
async function start(outside: Partial<typeof OUTSIDE> = {}): Promise<void> {
  const modules: RuntimeModule[] = [
    { id: 'probe', url: fixture('probe') },
    { id: 'asking', url: fixture('asking'), outside: { ...OUTSIDE, ...outside } }
  ]
  runtime = createRuntime({ shippedRoot: root, modules, workers: 1 })
  await runtime.start()
}

const ask = (): Promise<unknown> => {
  const answer = runtime.run('asking', { url: server.endpoint })
  answer.catch(() => {})
  return answer
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'models-'))
  await writeTinyModel(root)
  server = await startChatServer(() => ({ do: 'hang' }))
})

afterEach(async () => {
  await runtime.stop()
  await server.stop()
  await rm(root, { recursive: true })
})

test('lets other modules answer while runs wait for another machine and their bounded queue is full', async () => {
  await start()
  const pending = Array.from({ length: 1 + 64 }, ask)
  await expect(ask()).rejects.toMatchObject({ code: 'INFERENCE_BUSY', reason: 'queue-full' })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => runtime.run<{ value?: number }>('probe', { do: 'infer', level: 0.3 }))
  )
  expect(answers).toHaveLength(20)
  expect(runtime.stats()).toMatchObject({
    completed: 20,
    running: 0,
    busy: 0,
    lanes: [{ module: 'asking', workers: 1, ready: 1, running: 1, queued: 64, busy: 1, completed: 0 }]
  })
  // Stopping waits for no answer of another machine: the event is offered again after the start.
  await runtime.stop()
  for (const one of pending) await expect(one).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
})

test('asks as many at a time as the policy says, each on a thread with the models of the module', async () => {
  await start({ atOnce: 2 })
  expect(runtime.ready).toBe(true)
  expect(
    await Promise.all([runtime.run('asking', { infer: true }), runtime.run('asking', { infer: true })])
  ).toHaveLength(2)
  const pending = [ask(), ask(), ask()]
  expect(runtime.stats().lanes).toMatchObject([{ running: 2, queued: 1, completed: 2 }])
  await runtime.stop()
  await Promise.allSettled(pending)
})

test('ends a run that passes the limit of the policy, by code', async () => {
  await start({ runMs: 100 })
  await expect(ask()).rejects.toMatchObject({ code: 'INFERENCE_FAILED', reason: 'run-timeout' })
})

test('gives the threads of the lane the variable that is named, and no other of the process', async () => {
  process.env['ASKING_KEY'] = 'sk-1'
  try {
    await start()
    const { variables } = await runtime.run<{ variables: string[] }>('asking', {})
    expect(variables).toContain('ASKING_KEY')
    // Of this process's own, as PATH; what the runtime itself sets in a thread is none of them.
    expect(variables).not.toContain('PATH')
    // Its code is loaded in the lane only: a common worker would have refused it as `module-not-loaded`.
    expect(runtime.stats()).toMatchObject({ completed: 0, lanes: [{ completed: 1 }] })
  } finally {
    delete process.env['ASKING_KEY']
  }
})
