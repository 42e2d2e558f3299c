import { AppError } from '../../core/errors/app-error.ts'
import type { Receipt } from '../../core/transport.ts'
import { buildWorld, feedNamed, scripted, type World, type WorldOptions } from './fixtures/world.ts'

let world: World
const build = async (options: WorldOptions = {}): Promise<World> => {
  world = await buildWorld(options)
  return world
}
afterEach(() => world.dispose())

/** The story once the message has ended (the receipt may be told a moment earlier). */
async function storyOf(receipt: Receipt) {
  await receipt.settled
  return until(async () => {
    const [told] = await world.story.story(receipt.envelopeId)
    return told && told.state !== 'received' ? told : undefined
  })
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('records a message, tells its story and answers with the format reply', async () => {
  const { intake } = await build()
  const receipt = await intake.accept('feed', scripted({ writes: 'a', key: 'HOSP|1' }))
  expect(await receipt.settled).toEqual({ state: 'recorded' })
  expect(await storyOf(receipt)).toMatchObject({ state: 'recorded', resources: ['Basic/a'], feed: 'feed', replays: 0 })
  expect(Buffer.from((await receipt.reply())!).toString()).toBe(`${receipt.envelopeId} feed recorded`)
  expect(await world.story.counts()).toEqual({ received: 0, recorded: 1, ignored: 0, refused: 0, parked: 0 })
})

test.each([
  ['DECODE_FAILED', { act: 'throw' }, { at: 'OBX-5[2]', reason: 'cut' }],
  ['DECODE_FAILED', { act: 'defect' }, {}],
  ['NO_FORMAT', { kind: 'other' }, {}],
  ['AMBIGUOUS_FORMAT', { kind: 'both' }, {}]
] as const)(
  'parks a poison message with %s, and what follows under the same key flows',
  async (code, poison, detail) => {
    const { intake } = await build()
    const bad = await intake.accept('feed', scripted({ ...poison, key: 'HOSP|1' }))
    const good = await intake.accept('feed', scripted({ writes: 'b', key: 'HOSP|1' }))
    expect(await bad.settled).toMatchObject({ state: 'parked', error: { code, ...detail } })
    expect(await good.settled).toEqual({ state: 'recorded' })
    expect(await storyOf(bad)).toMatchObject({ state: 'parked', error: { code, ...detail } })
    const parked = await world.bus.parked({ topic: 'inbound.signal' })
    expect(parked.map(({ error, tries }) => [error.code, tries])).toEqual([[code, 1]])
    expect(JSON.stringify(parked[0]!.error)).not.toContain('Doe')
  }
)

test('takes the one format that the feed allows where two read the kind', async () => {
  const { intake } = await build({ feeds: { feed: { ...feedNamed('feed'), formats: ['rival'] } } })
  const receipt = await intake.accept('feed', scripted({ kind: 'both', writes: 'a' }))
  expect(await receipt.settled).toEqual({ state: 'recorded' })
})

test('a hanging and a memory-eating message are parked by code; the worker is replaced and the rest flows', async () => {
  // Long enough for the hungry one to reach its memory limit first on a machine that is busy with other tests.
  const { intake, counters } = await build({ decodeTimeoutMs: 2500 })
  const receipts = [
    await intake.accept('feed', scripted({ act: 'hang' })),
    await intake.accept('feed', scripted({ act: 'hog' })),
    await intake.accept('feed', scripted({ act: 'die' })),
    await intake.accept('feed', scripted({ writes: 'after' }))
  ]
  const settled = await Promise.all(receipts.map(({ settled }) => settled))
  expect(settled.map(({ state, error }) => error?.code ?? state)).toEqual([
    'DECODE_TIMEOUT',
    'DECODE_MEMORY',
    'DECODE_MEMORY',
    'recorded'
  ])
  expect(counters).toMatchObject({ decodeTimeouts: 1, decodeDeaths: 2 })
})

test('replaying a parked message after the fix records it; replaying it all again changes nothing', async () => {
  let broken = true
  let calls = 0
  const facts: (string | undefined)[] = []
  const { intake, bus } = await build({
    async record(envelope) {
      calls += 1
      facts.push(envelope.correlation.replayOf)
      if (broken) throw new AppError('AUTHORITY_UNKNOWN', { at: 'PID-3' })
      return { state: 'recorded', resources: ['Basic/a'] }
    }
  })
  const receipt = await intake.accept('feed', scripted({ writes: 'a' }))
  expect(await receipt.settled).toMatchObject({ state: 'parked', error: { code: 'AUTHORITY_UNKNOWN' } })
  broken = false
  expect(await bus.replay({ allParked: true })).toBe(1)
  const told = await until(async () => {
    const [story] = await world.story.story(receipt.envelopeId)
    return story?.state === 'recorded' ? story : undefined
  })
  expect(told).toMatchObject({ resources: ['Basic/a'], replays: 1 })
  expect(told.error).toBeUndefined()
  await bus.replay({ topic: 'inbound.signal', envelopeId: receipt.envelopeId })
  await until(async () => (calls === 3 ? true : undefined))
  expect(facts[0]).toBeUndefined()
  expect(facts.slice(1).every((of) => of?.startsWith('inbound.signal:'))).toBe(true)
  expect(await world.story.recent(10)).toHaveLength(1)
})

test('waits out a store that refuses, without parking', async () => {
  let refusals = 2
  const { intake, bus } = await build({
    async record() {
      if (refusals-- > 0) throw new AppError('STORE_UNAVAILABLE')
      return { state: 'recorded', resources: [] }
    }
  })
  const receipt = await intake.accept('feed', scripted({ writes: 'a' }))
  expect(await receipt.settled).toEqual({ state: 'recorded' })
  expect(await bus.parked()).toEqual([])
})

test('re-submits embedded messages under ids that follow from the parent, and shows both in the story', async () => {
  const { intake, bus } = await build()
  const parent = await intake.accept('feed', scripted({ writes: 'p', embeds: [{ writes: 'c1' }, { writes: 'c2' }] }))
  await parent.settled
  const bothEnded = () =>
    until(async () => {
      const children = await Promise.all([1, 2].map((n) => world.story.story(`${parent.envelopeId}.${n}`)))
      return children.every(([child]) => child?.state === 'recorded') ? children.flat() : undefined
    })
  expect((await bothEnded()).map(({ parentEnvelopeId }) => parentEnvelopeId)).toEqual([
    parent.envelopeId,
    parent.envelopeId
  ])
  expect((await storyOf(parent)).children).toEqual([`${parent.envelopeId}.1`, `${parent.envelopeId}.2`])
  await bus.replay({ topic: 'inbound.signal', envelopeId: parent.envelopeId })
  await until(async () => {
    const [child] = await world.story.story(`${parent.envelopeId}.2`)
    return child?.replays === 1 ? true : undefined
  })
  expect(await world.effects()).toEqual(['c1', 'c2', 'p'])
  expect(await world.story.recent(10)).toHaveLength(3)
})

test('counts codes without a map, once a message', async () => {
  const { intake, bus } = await build()
  const first = await intake.accept('lab', scripted({ unmapped: 'K', writes: '1' }))
  const second = await intake.accept('lab', scripted({ unmapped: 'K', writes: '2' }))
  await Promise.all([storyOf(first), storyOf(second)])
  await bus.replay({ topic: 'inbound.signal', envelopeId: first.envelopeId })
  await until(async () => ((await world.story.story(first.envelopeId))[0]?.replays === 1 ? true : undefined))
  expect(await world.codes.list()).toMatchObject([{ feed: 'lab', kind: 'code', system: 'L', code: 'K', count: 2 }])
})

test('an ignored event is settled as ignored and recorded nowhere', async () => {
  const { intake } = await build()
  const receipt = await intake.accept('feed', scripted({ act: 'ignore', writes: 'a' }))
  expect(await receipt.settled).toEqual({ state: 'ignored' })
  expect(await world.effects()).toEqual([])
  expect(world.counters.ignored).toBe(1)
})

test('decodes a body that lies in the blob store', async () => {
  const { intake } = await build({ limits: { maxInlineBytes: 10 } })
  const receipt = await intake.accept('feed', scripted({ writes: 'claimed' }))
  expect(await receipt.settled).toEqual({ state: 'recorded' })
  expect(await world.effects()).toEqual(['claimed'])
})

test('a receipt whose message is ingested by another process is settled from the story', async () => {
  const { intake } = await build({ ingest: false })
  const receipt = await intake.accept('feed', scripted({ writes: 'a' }))
  const settled = receipt.settled
  await world.behind.flush()
  await world.sql.write([
    {
      sql: "UPDATE messages SET state = 'refused', code = 'PATIENT_MISMATCH' WHERE id = ?",
      params: [receipt.envelopeId]
    }
  ])
  expect(await settled).toMatchObject({ state: 'refused', error: { code: 'PATIENT_MISMATCH', retry: 'after-change' } })
})

test('whoever waits when the server stops is told so', async () => {
  const { intake } = await build({ ingest: false })
  const receipt = await intake.accept('feed', scripted({ writes: 'a' }))
  const settled = receipt.settled
  await intake.stop()
  expect(await settled).toMatchObject({ state: 'refused', error: { code: 'SHUTTING_DOWN' } })
})

test('samples come back from the worker as they were, as typed arrays', async () => {
  let samples: Float64Array | undefined
  const { intake } = await build({
    async record(_envelope, _feed, decoded) {
      samples = decoded.groups[0]!.waveforms[0]!.waveforms[0]!.samples[0]
      return { state: 'recorded', resources: [] }
    }
  })
  await (await intake.accept('feed', scripted({ samples: 5000 }))).settled
  expect(samples).toBeInstanceOf(Float64Array)
  expect(samples!.length).toBe(5000)
  expect(samples!.every((value) => value === 0.5)).toBe(true)
})
