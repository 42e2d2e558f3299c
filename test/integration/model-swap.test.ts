import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Device, RiskAssessment, Task } from '@medplum/fhirtypes'
import { sha256 } from '../../core/ids.ts'
import { aiDeviceId } from '../../fhir-profiles/builders/ai-device.ts'
import { writeInUse } from '../../inference/runtime/in-use.ts'
import type { ReloadReport } from '../../server/models/in-service.ts'
import { writeConstantModel } from '../support/constant-model.ts'
import { buildWorld, type World } from '../support/world.ts'
import { ecgMessage, minutes } from './support/hospital.ts'
import { sender } from './support/hospital-world.ts'
import { quiet } from './support/quiet.ts'

/** Two models that answer every ECG alike, each with its own probability; one is approved. */
const ROLE = 'pocket-k/1'
const MODELS = { approved: 0.1, other: 0.6 }
type Name = keyof typeof MODELS
const SWAPS = 20
const MESSAGES_A_SWAP = 10
const facts = { family: 'Sim', given: 'Ulla', birthDate: '19500301', sex: 'F' }
const now = new Date(Math.floor(Date.now() / 1000) * 1000)

let root: string
let world: World
const shas = {} as Record<Name, string>
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'models-'))
  for (const [name, probability] of Object.entries(MODELS) as [Name, number][]) {
    const dir = await writeConstantModel(root, { name, probability })
    shas[name] = sha256(await readFile(join(dir, 'model.onnx')))
  }
  await use('approved')
  const approval = { approver: 'a', date: '2026-01-01', modelSha256: shas.approved, threshold: 0.5, evaluation: 'e' }
  world = await buildWorld({
    config: { models: { root }, modules: { 'pocket-k': { mode: 'advisory', policy: {}, approval } } }
  })
}, 180_000)
afterAll(async () => {
  await world?.stop()
  await rm(root, { recursive: true })
}, 60_000)

const use = (folder: string) => writeInUse(root, new Map([[ROLE, { folder, before: [] }]]))
const reload = () => world.admin<ReloadReport>('/admin/models/reload', {})
const ecg = (n: number) =>
  ecgMessage({
    controlId: `S${n}`,
    at: now,
    filler: `S${n}`,
    acquiredAt: minutes(now, -20),
    latent: 5,
    seed: 1 + (n % 5),
    mrn: `S${n}`,
    ...facts
  })

test(`${SWAPS} swaps under messages and tensors: none fails, and every result names the model that made it`, async () => {
  const runtime = world.app.runtime!
  const client = sender(world)
  let isOver = false
  let sent = 0
  /** Some around every swap, however long it takes. */
  let allowed = MESSAGES_A_SWAP
  let tensors = 0
  const answers = new Set<number>()
  const messages = Array.from({ length: 2 }, async () => {
    while (!isOver) {
      if (sent < allowed) expect((await client.send(ecg(++sent))).code).toBe('AA')
      else await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })
  const flat = { ecg: { dims: [1, 1, 5000], data: new Float32Array(5000) } }
  const lanes = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const { probability } = await runtime.inferTensor(ROLE, flat)
      answers.add(Math.round(probability!.data[0]! * 1000) / 1000)
      tensors++
    }
  })
  const began = performance.now()
  for (let swap = 1; swap <= SWAPS; swap++) {
    await use(swap % 2 === 1 ? 'other' : 'approved')
    const { outcome, modes } = await reload()
    allowed += MESSAGES_A_SWAP
    expect([outcome, modes['pocket-k']]).toEqual(['swapped', swap % 2 === 1 ? 'shadow' : 'advisory'])
  }
  const ms = performance.now() - began
  isOver = true
  await Promise.all([...messages, ...lanes])
  await client.close()
  await quiet(world.app)
  console.info(`${SWAPS} swaps in ${(ms / 1000).toFixed(1)} s under ${sent} ECG messages and ${tensors} tensors`)

  expect(answers).toEqual(new Set(Object.values(MODELS)))
  expect(runtime.stats()).toMatchObject({
    failed: 0,
    busy: 0,
    swaps: { done: SWAPS, failed: 0 },
    generation: SWAPS + 1
  })
  const results = await world.search<RiskAssessment>('RiskAssessment?method=pocket-k&_count=1000')
  expect(results).toHaveLength(sent)
  const told = results.map(({ prediction, performer, meta }) => {
    const name = (Object.keys(MODELS) as Name[]).find((each) => MODELS[each] === prediction?.[0]?.probabilityDecimal)
    return {
      device: performer?.reference === `Device/${aiDeviceId(shas[name ?? 'other'])}`,
      mode: meta?.tag?.some(({ code }) => code === (name === 'approved' ? 'advisory' : 'shadow')),
      isOne: name !== undefined
    }
  })
  expect(told.filter(({ device, mode, isOne }) => !(device && mode && isOne))).toEqual([])
  for (const name of Object.keys(MODELS) as Name[]) {
    const device = await world.fhir<Device>(`Device/${aiDeviceId(shas[name])}`)
    expect(JSON.stringify(device.identifier)).toContain(shas[name])
  }
}, 900_000)

test('a folder that is broken is not put in service: the old one answers, and a task, a metric and the log say so', async () => {
  await use('approved')
  await reload()
  const good = await readFile(join(root, 'other', 'model.onnx'))
  await writeFile(join(root, 'other', 'model.onnx'), good.subarray(0, 100))
  await use('other')
  await expect(reload()).rejects.toThrow('MODEL_CHANGED')
  expect(world.app.runtime!.model(ROLE).manifest.sha256).toBe(shas.approved)
  const tasks = await world.search<Task>('Task?_count=200')
  const raised = tasks.filter(({ code }) => code?.coding?.some((coding) => coding.code === 'worklist-model'))
  expect(raised.map(({ status, owner }) => [status, owner?.display])).toEqual([['requested', 'fallback-queue']])
  const metrics = await (await fetch(`${world.http}/metrics`)).text()
  expect(metrics).toContain('hisbundle_model_swaps_total{outcome="failed"} 1')
  await writeFile(join(root, 'other', 'model.onnx'), good)
  expect((await reload()).outcome).toBe('swapped')
}, 300_000)
