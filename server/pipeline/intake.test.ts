import { AppError } from '../../core/errors/app-error.ts'
import type { EventBus } from '../../core/event-bus.ts'
import type { Arrival } from '../../core/transport.ts'
import { buildWorld, scripted, type World, type WorldOptions } from './fixtures/world.ts'

let world: World
const build = async (options: WorldOptions = {}): Promise<World> => {
  world = await buildWorld({ ingest: false, ...options })
  return world
}
afterEach(() => world.dispose())

const CR = '\r'
const hl7 = (controlId: string, value = '5.1', time = '20260101120000'): Arrival => ({
  family: 'hl7v2',
  mediaType: 'application/hl7-v2',
  bytes: Buffer.from(
    [
      `MSH|^~\\&|LAB|HOSP|HB|HB|${time}||ORU^R01^ORU_R01|${controlId}|P|2.5.1`,
      'PID|1||777^^^HOSP^MR',
      `OBX|1|NM|2823-3^K^LN||${value}|mmol/L`
    ].join(CR) + CR
  )
})

/** A bus that writes down what happens and can be held back. */
function watched(steps: string[], hold?: Promise<void>) {
  return (bus: EventBus): EventBus => ({
    ...bus,
    async append(topic, messages) {
      steps.push(`append ${messages.map(({ headers }) => headers['kind']).join()}`)
      await hold
      const placed = await bus.append(topic, messages)
      steps.push('durable')
      return placed
    }
  })
}

test('gives the receipt only after the append is durable, and writes nothing else before it', async () => {
  const steps: string[] = []
  const { intake } = await build({
    wrapBus: watched(steps),
    wrapSql: (sql) => ({
      ...sql,
      write(statements) {
        if (statements.some(({ sql }) => /messages|receipts/.test(sql) && /^INSERT/.test(sql))) steps.push('rows')
        return sql.write(statements)
      }
    })
  })
  await intake.accept('lab', hl7('1'))
  steps.push('receipt')
  await world.behind.flush()
  expect(steps.indexOf('append ORU^R01')).toBe(0)
  expect(steps.indexOf('durable')).toBe(1)
  expect(steps.slice(2).sort()).toEqual(['receipt', 'rows'])
})

test('appends in the order of the calls, though an earlier one has a large body to put away first', async () => {
  const { intake, bus } = await build({ limits: { maxInlineBytes: 1000 } })
  const sent = [5000, 10, 3000, 20].map((size, n) =>
    intake.accept('feed', scripted({ key: 'HOSP|1', writes: `${n}`.padEnd(size, 'x') }))
  )
  const receipts = await Promise.all(sent)
  const seen: { id: string; bytes: number; claimed: boolean }[] = []
  await new Promise<void>((resolve) => {
    void bus.subscribe('inbound.signal', 'look', async ({ headers, value }) => {
      seen.push({ id: headers['envelope-id']!, bytes: value.length, claimed: 'claim' in headers })
      if (seen.length === 4) resolve()
    })
  })
  expect(seen.map(({ id }) => id)).toEqual(receipts.map(({ envelopeId }) => envelopeId))
  expect(seen.map(({ claimed, bytes }) => [claimed, bytes > 0])).toEqual([
    [true, false],
    [false, true],
    [true, false],
    [false, true]
  ])
})

test('has the blob of a large body durable before the append', async () => {
  const steps: string[] = []
  const { intake } = await build({
    limits: { maxInlineBytes: 10 },
    wrapBus: watched(steps),
    wrapBlobs: (blobs) => ({
      ...blobs,
      async put(bytes) {
        const put = await blobs.put(bytes)
        steps.push('blob')
        return put
      }
    })
  })
  await intake.accept('feed', scripted({ writes: 'a' }))
  expect(steps).toEqual(['blob', 'append scripted', 'durable'])
})

describe('the same message again', () => {
  test('is not appended; the receipt names the first envelope and the answer it was given', async () => {
    const { intake, bus } = await build()
    const first = await intake.accept('lab', hl7('42'))
    first.keepReply(Buffer.from('MSA|AA|42'))
    // MSH-7 is another time: the sender made the header anew.
    const again = await intake.accept('lab', hl7('42', '5.1', '20260101120500'))
    expect(first.duplicate).toBe('none')
    expect(again).toMatchObject({ duplicate: 'identical', envelopeId: first.envelopeId })
    expect(Buffer.from(again.storedReply!).toString()).toBe('MSA|AA|42')
    expect(await bus.lag('inbound.hl7v2', 'nobody')).toBe(1)
    await world.behind.flush()
    const [told] = await world.story.story('42')
    expect(told).toMatchObject({ envelopeId: first.envelopeId, duplicates: 1, state: 'received' })
  })

  test('is recognised after a restart, with its answer', async () => {
    const { intake, dir } = await build()
    const first = await intake.accept('lab', hl7('42'))
    first.keepReply(Buffer.from('MSA|AA|42'))
    await world.stop()
    await build({ dir })
    const again = await world.intake.accept('lab', hl7('42'))
    expect(again).toMatchObject({ duplicate: 'identical', envelopeId: first.envelopeId })
    expect(Buffer.from(again.storedReply!).toString()).toBe('MSA|AA|42')
  })

  test('arriving while the first is still being appended waits for it', async () => {
    const { intake, bus } = await build()
    const receipts = await Promise.all(Array.from({ length: 20 }, () => intake.accept('lab', hl7('42'))))
    expect(new Set(receipts.map(({ envelopeId }) => envelopeId)).size).toBe(1)
    expect(receipts.filter(({ duplicate }) => duplicate === 'none')).toHaveLength(1)
    expect(await bus.lag('inbound.hl7v2', 'nobody')).toBe(1)
  })

  test('with other content under the same control id is new and flagged', async () => {
    const { intake, bus } = await build()
    const first = await intake.accept('lab', hl7('42', '5.1'))
    const other = await intake.accept('lab', hl7('42', '6.9'))
    expect(other.duplicate).toBe('changed')
    expect(other.envelopeId).not.toBe(first.envelopeId)
    expect(await bus.lag('inbound.hl7v2', 'nobody')).toBe(2)
    await world.behind.flush()
    expect((await world.story.story('42')).map(({ contentChanged }) => contentChanged)).toEqual([true, false])
  })

  test('by another feed is another message', async () => {
    const { intake } = await build()
    await intake.accept('lab', hl7('42'))
    expect((await intake.accept('lab-2', hl7('42'))).duplicate).toBe('none')
  })

  test('is tried again when the append of the first failed', async () => {
    let fail = true
    const { intake } = await build({
      wrapBus: (bus) => ({
        ...bus,
        async append(topic, messages) {
          if (fail) throw new AppError('BUS_UNAVAILABLE')
          return bus.append(topic, messages)
        }
      })
    })
    await expect(intake.accept('lab', hl7('42'))).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' })
    fail = false
    expect((await intake.accept('lab', hl7('42'))).duplicate).toBe('none')
  })
})

describe('refusals', () => {
  test.each([
    ['FEED_UNKNOWN', 'unknown', scripted({})],
    ['MESSAGE_TOO_LARGE', 'feed', scripted({ writes: 'x'.repeat(2000) })],
    ['HL7_NOT_A_MESSAGE', 'feed', { ...hl7('1'), bytes: Buffer.from('hello') }],
    ['NO_FORMAT', 'feed', { ...scripted({}), family: 'ecg' as const }]
  ])('%s is thrown and stands in the stories, with nothing appended', async (code, feed, arrival) => {
    const { intake, bus } = await build({ limits: { maxMessageBytes: 1000 } })
    await expect(intake.accept(feed, arrival)).rejects.toMatchObject({ code })
    await world.behind.flush()
    expect(await world.story.recent(10)).toMatchObject([{ state: 'refused', error: { code }, feed }])
    expect(world.counters.refused).toBe(1)
    expect(await bus.lag('inbound.signal', 'nobody')).toBe(0)
  })

  test('is noted once when the transport reports the same error too', async () => {
    const { intake } = await build()
    const arrival = { ...hl7('1'), bytes: Buffer.from('hello') }
    const error = await intake.accept('lab', arrival).catch((thrown: unknown) => thrown as AppError)
    intake.refuse('lab', arrival, error as AppError)
    intake.refuse('lab', arrival, new AppError('MLLP_FRAME_BROKEN'))
    await world.behind.flush()
    expect((await world.story.recent(10)).map(({ error }) => error?.code).sort()).toEqual([
      'HL7_NOT_A_MESSAGE',
      'MLLP_FRAME_BROKEN'
    ])
  })

  test('BACK_PRESSURE while too many bytes are under way, and room again afterwards', async () => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { intake } = await build({ limits: { maxInFlightBytes: 300 }, wrapBus: watched([], held) })
    const first = intake.accept('feed', scripted({ writes: 'a'.repeat(200) }))
    await expect(intake.accept('feed', scripted({ writes: 'b'.repeat(200) }))).rejects.toMatchObject({
      code: 'BACK_PRESSURE',
      reason: 'in-flight'
    })
    release()
    await first
    await intake.accept('feed', scripted({ writes: 'b'.repeat(200) }))
    expect(world.counters).toMatchObject({ backPressure: 1, accepted: 2, inFlightBytes: 0 })
  })

  test('BACK_PRESSURE while ingest lags behind', async () => {
    const { intake } = await build({ limits: { maxLag: 2 } })
    for (const n of [1, 2, 3]) await intake.accept('feed', scripted({ writes: String(n) }))
    const started = performance.now()
    // The lag is looked up at most four times a second, beside the messages.
    let error: unknown
    for (let n = 4; error === undefined && performance.now() - started < 5000; n++) {
      error = await intake.accept('feed', scripted({ writes: String(n) })).then(
        () => undefined,
        (thrown: unknown) => thrown
      )
    }
    expect(error).toMatchObject({ code: 'BACK_PRESSURE', reason: 'lag' })
    await world.startIngest()
    for (;;) {
      const taken = await intake.accept('feed', scripted({ writes: 'again' })).catch(() => undefined)
      if (taken) break
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    expect(world.counters.backPressure).toBeGreaterThan(0)
  })

  test('SHUTTING_DOWN once it stops, after what was begun is durable', async () => {
    const { intake, bus } = await build()
    const begun = intake.accept('feed', scripted({ writes: 'a' }))
    await intake.stop()
    await begun
    await expect(intake.accept('feed', scripted({ writes: 'b' }))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    expect(await bus.lag('inbound.signal', 'nobody')).toBe(1)
  })
})

test('holds no patient identifier in the stories', async () => {
  const { intake } = await build()
  await intake.accept('lab', hl7('42'))
  await world.behind.flush()
  const rows = JSON.stringify(await world.sql.all('SELECT * FROM messages'))
  expect(rows).toContain('"control_id":"42"')
  expect(rows).not.toContain('777')
})
