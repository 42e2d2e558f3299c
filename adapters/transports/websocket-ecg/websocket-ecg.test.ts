import { AppError } from '../../../core/errors/app-error.ts'
import type { ErrorCode } from '../../../core/errors/table.ts'
import type { LiveEcgDesk, LiveResult } from '../../../core/live-ecg.ts'
import { silentLogger } from '../../../core/log.ts'
import type { Arrival, TransportContext } from '../../../core/transport.ts'
import { LiveDevice } from '../../../test/support/live-device.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { decodeStrip, MISSING } from '../../ecg/strip.ts'
import transport from './index.ts'

const RATE = 100
const HELLO = { type: 'hello', signal: 'ecg', lead: 'I', rateHz: RATE, scaleUv: 2, source: 'device' }
const PATIENT = { identifier: { value: 'P1', authority: 'HOSP' }, family: 'Sim', birthDate: '1950-03-01' }
const BOUND = { ...HELLO, patient: PATIENT }
const seconds = (count: number, value = 5): Int16Array => new Int16Array(Math.round(count * RATE)).fill(value)

interface Script {
  options?: Record<string, unknown>
  confirm?: LiveEcgDesk['confirm']
  verdict?(samples: Float64Array): 'acceptable' | 'unacceptable'
  accept?(n: number): Promise<void> | void
  results?: LiveResult[]
}

/** The transport on a port of its own, with a server behind it that does as told. */
async function live(script: Script = {}) {
  const accepted: Arrival[] = []
  const counts = new Map<string, number>()
  const count = (what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by)
  const desk: LiveEcgDesk = {
    confirm: script.confirm ?? (async () => undefined),
    read: (samples) => ({
      quality: { verdict: script.verdict?.(samples.slice()) ?? 'acceptable', reasons: [] },
      heartRate: 60
    }),
    follow(_strip, tell) {
      for (const result of script.results ?? []) tell(result)
      return { answered: Promise.resolve(), end: () => count('ended') }
    },
    meter: {
      opened: () => count('opened'),
      closed: () => count('closed'),
      samples: (n) => count('samples', n),
      gap: (cause) => count(`gap ${cause}`),
      refused: (code) => count(`refused ${code}`),
      strip: (length) => count(`strip ${length}`),
      answered: (module) => count(`answered ${module}`)
    }
  }
  const context: TransportContext = {
    feed: 'live',
    options: transport.options({
      port: 0,
      stripSeconds: [10, 30],
      maxSpeed: 100,
      windowSeconds: 30,
      ...script.options
    }),
    live: desk,
    log: silentLogger,
    spoolDir: '',
    refuse: () => undefined,
    async accept(arrival) {
      await script.accept?.(accepted.length + 1)
      const n = accepted.push(arrival)
      return {
        envelopeId: `E${n}`,
        duplicate: 'none',
        settled: Promise.resolve({ state: 'recorded' }),
        reply: async () => undefined,
        keepReply: () => undefined
      }
    }
  }
  const server = transport.create(context)
  const { address } = await server.start()
  const devices: LiveDevice[] = []
  return {
    accepted,
    counts,
    address,
    server,
    strips: () => accepted.map(({ bytes }) => decodeStrip(bytes)),
    device(options?: ConstructorParameters<typeof LiveDevice>[1]): LiveDevice {
      const device = new LiveDevice(address, options)
      devices.push(device)
      return device
    },
    async [Symbol.asyncDispose]() {
      for (const device of devices) device.cut()
      await server.stop()
    }
  }
}

/** Says hello, and what it is refused with. */
async function refusal(
  device: LiveDevice,
  hello: object
): Promise<[ErrorCode | undefined, string | undefined, number]> {
  await device.open()
  device.say(hello)
  const { code } = await device.ended()
  const error = device.of('error')[0]
  return [error?.code, error?.at, code]
}

describe('hello', () => {
  test.each<[string, object, string, string | undefined, number]>([
    ['a rate that no ECG has', { ...BOUND, rateHz: 99 }, 'STREAM_PROTOCOL', 'hello.rateHz', 4400],
    ['a rate above the limit', { ...BOUND, rateHz: 2001 }, 'STREAM_PROTOCOL', 'hello.rateHz', 4400],
    ['another lead', { ...BOUND, lead: 'II' }, 'STREAM_PROTOCOL', 'hello.lead', 4400],
    ['no scale', { ...BOUND, scaleUv: undefined }, 'STREAM_PROTOCOL', 'hello.scaleUv', 4400],
    ['a key too many', { ...BOUND, secret: 1 }, 'STREAM_PROTOCOL', 'hello', 4400],
    [
      'half a patient',
      { ...HELLO, patient: { identifier: { value: 'x' }, family: 'y' } },
      'STREAM_PROTOCOL',
      'hello.patient.birthDate',
      4400
    ],
    ['another message first', { type: 'bye' }, 'STREAM_PROTOCOL', 'bye', 4400],
    ['an unknown message', { type: 'hullo' }, 'STREAM_PROTOCOL', 'type', 4400]
  ])('%s is refused with its place', async (_what, hello, code, at, closed) => {
    await using world = await live()
    expect(await refusal(world.device(), hello)).toEqual([code, at, closed])
    expect(world.counts.get(`refused ${code}`)).toBe(1)
  })

  test.each<ErrorCode>(['PATIENT_MISMATCH', 'AUTHORITY_UNKNOWN'])(
    'a patient who is not confirmed: %s',
    async (code) => {
      await using world = await live({
        confirm: async () => {
          throw new AppError(code, { at: 'hello.patient' })
        }
      })
      expect(await refusal(world.device(), BOUND)).toEqual([code, 'hello.patient', 4403])
      expect(world.counts.get('opened')).toBeUndefined()
    }
  )

  test('without the sub-protocol nothing is served', async () => {
    await using world = await live()
    const device = world.device({ protocols: [] })
    expect(await device.ended()).toMatchObject({ code: 4400 })
  })

  test('a page of another site is turned away before the socket opens', async () => {
    await using world = await live()
    const device = await world.device({ headers: { origin: 'https://elsewhere.example' } }).open()
    expect(device.refused).toBe(403)
  })

  test('silence is ended', async () => {
    await using world = await live({ options: { helloSeconds: 0.05 } })
    const device = await world.device().open()
    expect(await device.ended()).toEqual({ code: 4408, reason: 'STREAM_TIMEOUT' })
  })

  test('sessions are counted for each client', async () => {
    await using world = await live({ options: { sessionsPerClient: 2 } })
    await world.device().hello(HELLO)
    await world.device().hello(BOUND)
    expect(await refusal(world.device(), BOUND)).toEqual(['BACK_PRESSURE', 'hello', 4429])
  })
})

describe('strips', () => {
  test('ten and thirty seconds from one beginning, as they were sent, then a rest', async () => {
    await using world = await live({ options: { restSeconds: 15 } })
    const device = world.device()
    await device.hello({ ...BOUND, startedAt: '2026-03-05T09:20:30Z' })
    const signal = Int16Array.from({ length: 60 * RATE }, (_, i) => i % 1000)
    await device.send(signal, 70)
    await device.told('strip', ({ to, state }) => to === 55 * RATE && state === 'recorded')
    expect(world.strips().map(({ header, samples }) => [header.from, samples.length, header.startedAt])).toEqual([
      [0, 1000, '2026-03-05T09:20:30.000Z'],
      [0, 3000, '2026-03-05T09:20:30.000Z'],
      [4500, 1000, '2026-03-05T09:21:15.000Z']
    ])
    expect([...world.strips()[1]!.samples]).toEqual([...signal.subarray(0, 3000)])
    expect(world.strips()[0]!.header).toMatchObject({
      rateHz: RATE,
      scaleUv: 2,
      subject: { identifiers: [PATIENT.identifier], family: 'Sim', birthDate: '1950-03-01' }
    })
    expect(
      device
        .of('strip')
        .filter(({ state }) => state === 'accepted')
        .map(({ envelope }) => envelope)
    ).toEqual(['E1', 'E2', 'E3'])
  })

  test('without a start by the device, strips that begin with one sample begin at one instant', async () => {
    await using world = await live()
    const device = world.device()
    await device.hello(BOUND)
    const before = Date.now()
    await device.send(seconds(30), 100)
    await device.told('strip', ({ to, state }) => to === 30 * RATE && state === 'recorded')
    const began = world.strips().map(({ header }) => header.startedAt)
    expect(new Set(began).size).toBe(1)
    // Ten seconds before the last of them came, at the latest.
    expect(Date.parse(began[0]!)).toBeLessThanOrEqual(Date.now() - 10_000)
    expect(Date.parse(began[0]!)).toBeGreaterThan(before - 11_000)
  })

  test('of an unbound session there is none, and no result: quality and heart rate alone', async () => {
    await using world = await live({ results: [{ module: 'pocket-k', state: 'result' }] })
    const device = world.device()
    expect(await device.hello(HELLO)).toMatchObject({ bound: false })
    await device.send(seconds(40))
    expect(await device.told('reading', ({ at }) => at >= 35 * RATE)).toMatchObject({ heartRate: 60 })
    expect([device.of('strip'), device.of('result'), world.accepted]).toEqual([[], [], []])
  })

  test('a file is marked as such, and what is withheld or refused is passed on in its own words', async () => {
    const results: LiveResult[] = [
      { module: 'pocket-k', state: 'refused', code: 'rate-too-low', text: 'No score: rate too low.' },
      { module: 'ecgomics', state: 'withheld', code: 'shadow' }
    ]
    await using world = await live({ results })
    const device = world.device()
    await device.hello({ ...BOUND, source: 'file' })
    await device.send(seconds(11))
    await device.told('result', ({ module }) => module === 'ecgomics')
    expect(device.of('result')).toEqual(results.map((result) => ({ type: 'result', from: 0, to: 1000, ...result })))
    expect(world.strips()[0]!.header.test).toBe(true)
  })

  test('signal that cannot be read moves the span on, and ends one that was begun', async () => {
    // Millivolts of seconds 0-2 and 15-16 are those of a lead that is off.
    await using world = await live({
      verdict: (samples) => (samples.some((mv) => mv > 1) ? 'unacceptable' : 'acceptable')
    })
    const device = world.device()
    await device.hello(BOUND)
    const signal = seconds(60)
    signal.fill(600, 0, 2 * RATE).fill(600, 15 * RATE, 16 * RATE)
    await device.send(signal, 50)
    await device.told('reading', ({ at }) => at === 60 * RATE)
    const cuts = world.strips().map(({ header, samples }) => [header.from / RATE, samples.length / RATE])
    expect(cuts[0]).toEqual([2, 10])
    // The reading of the last ten seconds is bad until second 26; then a new span, whole.
    expect(cuts.slice(1)).toEqual([
      [expect.any(Number), 10],
      [expect.any(Number), 30]
    ])
    expect(cuts[1]![0]).toBeGreaterThanOrEqual(16)
    expect(cuts[2]![0]).toBe(cuts[1]![0])
  })

  test('the intake that cannot take one now is asked again, and no credit is given meanwhile for long', async () => {
    let isDown = true
    await using world = await live({
      options: { stripSeconds: [2], restSeconds: 0, windowSeconds: 4 },
      accept: async () => {
        if (isDown) throw new AppError('BUS_UNAVAILABLE')
      }
    })
    const device = world.device()
    await device.hello(BOUND)
    const sending = device.send(seconds(16), 50)
    expect(await device.told('strip', ({ state }) => state === 'waiting')).toMatchObject({ code: 'BUS_UNAVAILABLE' })
    await device.told('reading')
    isDown = false
    await sending
    await device.told('strip', ({ state, to }) => state === 'recorded' && to === 16 * RATE)
    // Every strip once.
    const from = world.strips().map(({ header }) => header.from)
    expect(from.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 8 }, (_, i) => i * 200))
  })

  test('what the intake refuses for good is said so', async () => {
    await using world = await live({
      accept: () => {
        throw new AppError('MESSAGE_TOO_LARGE')
      }
    })
    const device = world.device()
    await device.hello(BOUND)
    await device.send(seconds(10))
    expect(await device.told('strip')).toMatchObject({ state: 'refused', code: 'MESSAGE_TOO_LARGE', seconds: 10 })
  })

  test('bye is answered when everything is settled', async () => {
    await using world = await live({ results: [{ module: 'pocket-k', state: 'result' }] })
    const device = world.device()
    await device.hello(BOUND)
    await device.send(seconds(10))
    device.say({ type: 'bye' })
    expect(await device.ended()).toEqual({ code: 1000, reason: 'bye' })
    expect(device.messages.slice(-4).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['strip', 'result', 'bye'])
    )
    expect(device.messages.at(-1)).toEqual({ type: 'bye' })
    expect(world.counts.get('closed')).toBe(1)
  })
})

describe('gaps', () => {
  test('declared, left out and missing ones are told and begin a new span', async () => {
    await using world = await live()
    const device = world.device()
    await device.hello(BOUND)
    await device.send(seconds(5))
    device.say({ type: 'gap', from: 500, to: 600 })
    device.next = 600
    await device.send(seconds(1))
    device.next = 750
    await device.send(seconds(1))
    const flicker = seconds(1)
    flicker.fill(MISSING, 10, 20)
    await device.send(flicker)
    await device.send(seconds(12))
    await device.told('strip', ({ state }) => state === 'recorded')
    expect(device.of('gap').map(({ from, to, cause }) => [from, to, cause])).toEqual([
      [500, 600, 'declared'],
      [700, 750, 'detected'],
      [860, 870, 'missing']
    ])
    expect(world.strips()[0]!.header.from).toBe(870)
    expect([...world.counts].filter(([what]) => what.startsWith('gap'))).toEqual([
      ['gap declared', 1],
      ['gap detected', 1],
      ['gap missing', 1]
    ])
  })

  test('a lead that flickers does not make a message of every sample', async () => {
    await using world = await live()
    const device = world.device()
    await device.hello(BOUND)
    await device.send(Int16Array.from({ length: 20 * RATE }, (_, i) => (i % 2 ? MISSING : 5)))
    await device.told('reading', ({ at }) => at >= 19 * RATE)
    expect(device.of('gap').length).toBeLessThan(9 * 20)
    expect(world.accepted).toEqual([])
  })

  test('one that lies about order is refused', async () => {
    await using world = await live()
    const device = world.device()
    await device.hello(BOUND)
    device.say({ type: 'gap', from: 10, to: 20 })
    expect(await device.ended()).toMatchObject({ code: 4400 })
  })
})

describe('a cut connection', () => {
  test('is resumed where the server is; what was lost is a gap, what comes twice counts once', async () => {
    await using world = await live()
    const first = world.device()
    const { session } = await first.hello(BOUND)
    await first.send(seconds(6, 1))
    await first.told('reading', ({ at }) => at === 6 * RATE)
    first.cut()
    const second = world.device()
    expect(await second.hello({ ...BOUND, resume: { session, next: 4 * RATE } })).toMatchObject({
      session,
      resumed: true,
      next: 6 * RATE
    })
    // The device sends again from its fourth second on.
    second.next = 4 * RATE
    await second.send(Int16Array.of(...seconds(2, 1), ...seconds(4, 2)))
    await second.told('strip', ({ state }) => state === 'recorded')
    expect([...world.strips()[0]!.samples]).toEqual([...seconds(6, 1), ...seconds(4, 2)])
    expect(second.of('gap')).toEqual([])
    expect(second.of('strip').map(({ state }) => state)).toEqual(['accepted', 'recorded'])
    second.cut()
    const third = world.device()
    expect((await third.hello({ ...BOUND, resume: { session } })).next).toBe(10 * RATE)
    third.next = 12 * RATE
    await third.send(seconds(2))
    await third.told('gap')
    expect(third.of('gap')).toEqual([{ type: 'gap', from: 1000, to: 1200, cause: 'detected' }])
    expect(world.counts.get('opened')).toBe(1)
  })

  test('misses no result: what was said meanwhile is told to whoever comes back', async () => {
    const gate = Promise.withResolvers<void>()
    await using world = await live({
      results: [{ module: 'pocket-k', state: 'result', reference: 'RiskAssessment/r/_history/1' }],
      accept: () => gate.promise
    })
    const first = world.device()
    const { session } = await first.hello(BOUND)
    await first.send(seconds(10))
    await first.told('reading', ({ at }) => at === 10 * RATE)
    first.cut()
    await first.ended()
    gate.resolve()
    const second = world.device()
    await second.hello({ ...BOUND, resume: { session } })
    expect(await second.told('result')).toMatchObject({ reference: 'RiskAssessment/r/_history/1' })
    expect(second.of('strip').map(({ state }) => state)).toEqual(expect.arrayContaining(['accepted']))
  })

  test('a newer connection takes the session over', async () => {
    await using world = await live()
    const first = world.device()
    const { session } = await first.hello(BOUND)
    const second = world.device()
    await second.hello({ ...BOUND, resume: { session } })
    expect(await first.ended()).toEqual({ code: 4409, reason: 'STREAM_REPLACED' })
    await second.send(seconds(4))
    await second.told('reading')
  })

  test('is not resumed for another person or signal, and an unknown one is a new one that says so', async () => {
    await using world = await live()
    const first = world.device()
    const { session } = await first.hello(BOUND)
    const other = {
      ...BOUND,
      patient: { ...PATIENT, identifier: { value: 'P2', authority: 'HOSP' } },
      resume: { session }
    }
    expect(await refusal(world.device(), other)).toEqual(['PATIENT_MISMATCH', 'hello.patient', 4403])
    expect(await refusal(world.device(), { ...BOUND, rateHz: 250, resume: { session } })).toEqual([
      'STREAM_PROTOCOL',
      'hello.rateHz',
      4400
    ])
    const unknown = { session: 'ab'.repeat(16), next: 4200 }
    expect(await world.device().hello({ ...BOUND, resume: unknown })).toMatchObject({ resumed: false, next: 4200 })
  })

  test('is forgotten after its time', async () => {
    await using world = await live({ options: { keepSeconds: 0 } })
    const first = world.device()
    const { session } = await first.hello(BOUND)
    first.cut()
    const ended = async (): Promise<boolean> => {
      const device = world.device()
      const { resumed } = await device.hello({ ...BOUND, resume: { session } })
      device.cut()
      return !resumed
    }
    while (!(await ended())) await new Promise((resolve) => setTimeout(resolve, 100))
    expect(world.counts.get('closed')).toBeGreaterThanOrEqual(1)
  })
})

describe('a client that does not keep to the rules', () => {
  test('ignoring the window ends it', async () => {
    await using world = await live({ options: { windowSeconds: 2, maxSpeed: 1 } })
    const device = world.device()
    await device.hello(BOUND)
    for (let i = 0; i < 10; i++) device.frame(i * RATE, seconds(1))
    expect(await device.ended()).toEqual({ code: 4413, reason: 'STREAM_WINDOW' })
    expect(world.counts.get('samples')).toBeLessThanOrEqual(3 * RATE)
  })

  test('sending the same again and again ends it', async () => {
    await using world = await live({ options: { windowSeconds: 2, maxSpeed: 1 } })
    const device = world.device()
    await device.hello(BOUND)
    for (let i = 0; i < 10; i++) device.frame(0, seconds(1))
    expect(await device.ended()).toEqual({ code: 4413, reason: 'STREAM_WINDOW' })
  })

  test('a peer that is deaf is cut off, and nobody else notices', async () => {
    await using world = await live({ options: { heartbeatSeconds: 0.05 } })
    const deaf = world.device()
    await deaf.hello(HELLO)
    const raw = (deaf.socket as unknown as { _socket: { pause(): void; resume(): void } })._socket
    raw.pause()
    const other = world.device()
    await other.hello(HELLO)
    // Whoever hears a third ping was there before the deaf one was given up.
    await new Promise<void>((resolve) => {
      let pings = 0
      other.socket.on('ping', () => {
        pings++
        if (pings === 3) resolve()
      })
    })
    raw.resume()
    expect((await deaf.ended()).code).toBe(1006)
    await other.send(seconds(5))
    await other.told('reading')
    expect(other.closed).toBeUndefined()
  })

  test('silence after hello ends it, and the session waits', async () => {
    await using world = await live({ options: { idleSeconds: 0.1 } })
    const device = world.device()
    const { session } = await device.hello(HELLO)
    expect(await device.ended()).toEqual({ code: 4408, reason: 'STREAM_TIMEOUT' })
    expect(await world.device().hello({ ...HELLO, resume: { session } })).toMatchObject({ resumed: true })
  })

  test('frames and messages of any bytes end in a code or are taken, and the server stays', async () => {
    await using world = await live({ options: { sessionsPerClient: 10_000, maxSessions: 10_000, keepSeconds: 0 } })
    const random = seededRandom(20261123)
    const bytes = (n: number): Buffer => Buffer.from(Array.from({ length: n }, () => Math.floor(random() * 256)))
    const texts = [
      '',
      '{',
      'null',
      '[]',
      '{"type":"__proto__"}',
      '{"type":["hello"]}',
      '{"type":"gap","from":-1,"to":1e99}'
    ]
    for (let round = 0; round < 60; round++) {
      const device = world.device()
      if (round % 2) await device.hello(HELLO)
      else await device.open()
      for (let n = 0; n < 4 && !device.closed; n++) {
        if (random() < 0.5) device.socket.send(bytes(Math.floor(random() * 64)))
        else device.socket.send(texts[Math.floor(random() * texts.length)]!)
      }
      device.socket.close()
      const { code } = await device.ended()
      expect([1000, 1005, 1006, 4400, 4413]).toContain(code)
    }
    const honest = world.device()
    await honest.hello(BOUND)
    await honest.send(seconds(10))
    await honest.told('strip', ({ state }) => state === 'recorded')
  })

  test('a message beyond every size is cut off by the socket itself', async () => {
    await using world = await live()
    const device = world.device()
    await device.hello(HELLO)
    device.socket.send(Buffer.alloc(100_000))
    expect((await device.ended()).code).toBe(1009)
  })
})

describe('a heart-rate strap', () => {
  test('gives heart rate, no strip, and says why there is no Pocket-K', async () => {
    await using world = await live()
    const device = world.device()
    await device.hello({ type: 'hello', signal: 'rr', source: 'device', patient: PATIENT })
    expect(await device.told('result')).toMatchObject({ module: 'pocket-k', state: 'refused', code: 'lead-missing' })
    await device.send(Int16Array.of(1024, 1020, 1030, 1024, 1024, 1019), 1)
    expect(await device.told('reading', ({ at }) => at === 6)).toMatchObject({
      heartRate: 60,
      quality: { verdict: 'acceptable', reasons: [] }
    })
    expect(world.accepted).toEqual([])
  })
})

test('two devices of one patient are two sessions with strips of their own', async () => {
  await using world = await live()
  const [one, two] = [world.device(), world.device()]
  const ready = [await one.hello(BOUND), await two.hello(BOUND)]
  expect(ready[0]!.session).not.toBe(ready[1]!.session)
  await Promise.all([one.send(seconds(10, 1)), two.send(seconds(10, 2))])
  await Promise.all([one, two].map((device) => device.told('strip', ({ state }) => state === 'recorded')))
  expect(
    world
      .strips()
      .map(({ header }) => header.session)
      .toSorted()
  ).toEqual(ready.map(({ session }) => session).toSorted())
})

test('a stop says so, and a client that comes back to a new server begins a new session at its own sample', async () => {
  const first = await live()
  const device = first.device()
  const { session } = await device.hello(BOUND)
  await device.send(seconds(10))
  await device.told('strip', ({ state }) => state === 'accepted')
  await first.server.stop()
  expect(await device.ended()).toEqual({ code: 1001, reason: 'SHUTTING_DOWN' })
  await using second = await live()
  const again = second.device()
  expect(await again.hello({ ...BOUND, resume: { session, next: 1000 } })).toMatchObject({ resumed: false, next: 1000 })
})
