import { buildWorld, scripted, type World, type WorldOptions } from './fixtures/world.ts'

let world: World
const build = async (options: WorldOptions = {}): Promise<World> => {
  world = await buildWorld(options)
  return world
}
afterEach(() => world.dispose())

async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** A frame of one image; the number is instance and place at once. */
const frame = (n: number, { expected, timeoutMs = 60_000 }: { expected?: number; timeoutMs?: number } = {}) =>
  scripted({ key: 'HOSP|1', part: { assembly: 'cmr|1.2|1.2.3', part: String(n), expected, timeoutMs } })

const send = async (...arrivals: ReturnType<typeof frame>[]): Promise<void> => {
  for (const arrival of arrivals) await (await world.intake.accept('mr', arrival)).settled
}
const framesOf = (index: number): string[] => world.series[index]!.series.frames.map((f) => f.sopInstanceUid)

test('emits the series once when the expected number is there, ordered, each frame with the blob of its file', async () => {
  const { series, blobs } = await build()
  await send(frame(3, { expected: 3 }), frame(1, { expected: 3 }))
  expect(series).toHaveLength(0)
  await send(frame(2, { expected: 3 }))
  expect(series).toHaveLength(1)
  expect(series[0]!.series).toMatchObject({ complete: true, synthetic: true, modality: 'MR' })
  expect(framesOf(0)).toEqual(['1', '2', '3'])
  const file = await blobs.get(series[0]!.series.frames[0]!.sha256)
  expect(Buffer.compare(file, frame(1, { expected: 3 }).bytes)).toBe(0)
  expect(series[0]!.context).toMatchObject({ subject: { identifiers: [{ value: '1' }] }, envelope: { feed: 'mr' } })
})

test('emits what is there after the quiet time, marked incomplete', async () => {
  const { series } = await build()
  await send(frame(2, { expected: 3, timeoutMs: 150 }), frame(1, { expected: 3, timeoutMs: 150 }))
  await until(() => series.length === 1)
  expect(series[0]!.series.complete).toBe(false)
  expect(framesOf(0)).toEqual(['1', '2'])
})

test('a late frame makes one more version, with all frames', async () => {
  const { series } = await build()
  await send(frame(1, { expected: 2 }), frame(2, { expected: 2 }))
  await send(frame(3, { expected: 2 }))
  await until(() => series.length === 2)
  expect(framesOf(1)).toEqual(['1', '2', '3'])
})

test('a burst of late frames after a time-out makes one new version', async () => {
  const { series } = await build()
  await send(frame(1, { timeoutMs: 100 }))
  await until(() => series.length === 1)
  await send(frame(2, { timeoutMs: 300 }), frame(3, { timeoutMs: 300 }), frame(4, { timeoutMs: 300 }))
  await until(() => series.length === 2)
  expect(framesOf(1)).toEqual(['1', '2', '3', '4'])
  await until(() => world.counters.seriesEmitted === 2)
  expect(series).toHaveLength(2)
})

test('a replayed frame changes nothing', async () => {
  const { series, bus } = await build()
  const first = await world.intake.accept('mr', frame(1, { expected: 2 }))
  await first.settled
  await send(frame(2, { expected: 2 }))
  expect(series).toHaveLength(1)
  await bus.replay({ topic: 'inbound.signal', envelopeId: first.envelopeId })
  let replays: number | undefined
  while (replays !== 1) {
    replays = (await world.story.story(first.envelopeId))[0]?.replays
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(series).toHaveLength(1)
})

test('a series begun before a restart is emitted after it', async () => {
  const first = await build()
  await send(frame(1, { timeoutMs: 200 }), frame(2, { timeoutMs: 200 }))
  expect(first.series).toHaveLength(0)
  await first.stop()
  await build({ dir: first.dir })
  await until(() => world.series.length === 1)
  expect(framesOf(0)).toEqual(['1', '2'])
})

test('an instance that came before with other bytes is held back from the series', async () => {
  // Two different messages under one sender's id are told apart at intake; here the flag is what intake sets.
  const { series } = await build({
    wrapBus: (bus) => ({
      ...bus,
      append: (topic, messages) =>
        bus.append(
          topic,
          messages.map((message) => ({ ...message, headers: { ...message.headers, 'content-changed': 'true' } }))
        )
    })
  })
  const receipt = await world.intake.accept('mr', frame(1, { expected: 1 }))
  expect(await receipt.settled).toMatchObject({ state: 'recorded', error: { code: 'CONTENT_CHANGED' } })
  expect(series).toHaveLength(0)
})
