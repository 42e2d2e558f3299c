import { AppError } from '../../../core/errors/app-error.ts'
import transport from './index.ts'
import { blocks, connectPeer, type IntakeScript, msaOf, oru, oruText, segmentsOf, testIntake } from './test-intake.ts'

async function serve(script: IntakeScript = {}) {
  const intake = testIntake(script)
  const server = transport.create({ ...intake.context, options: transport.options(intake.context.options) })
  const { address } = await server.start()
  const peers: Awaited<ReturnType<typeof connectPeer>>[] = []
  return {
    ...intake,
    address,
    async peer() {
      const peer = await connectPeer(address)
      peers.push(peer)
      return peer
    },
    async [Symbol.asyncDispose]() {
      for (const peer of peers) peer.socket.destroy()
      await server.stop()
    },
    stop: () => server.stop()
  }
}

/** Resolved from outside. */
function gate(): { opened: Promise<void>; open(): void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

test('listens on loopback unless configured', async () => {
  await using server = await serve()
  expect(server.address).toMatch(/^mllp:\/\/127\.0\.0\.1:\d+$/)
})

test('answers only after accept has resolved, and hands over the bytes as they came', async () => {
  const append = gate()
  await using server = await serve({ accept: () => append.opened })
  const peer = await server.peer()
  const message = oru('M1', { body: '4.1 \u00fc' })
  peer.socket.write(blocks(message))
  await expect(Promise.race([peer.until(1), settle().then(() => 'silence')])).resolves.toBe('silence')
  append.open()
  expect((await peer.until(1)).map(msaOf)).toEqual(['AA M1'])
  expect(Buffer.from(server.accepted[0]!.bytes).equals(message)).toBe(true)
  expect(server.accepted[0]).toMatchObject({
    family: 'hl7v2',
    mediaType: 'x-application/hl7-v2+er7',
    correlation: { messageControlId: 'M1', sendingApplication: 'LAB', sendingFacility: 'NORTH' }
  })
  const msh = segmentsOf(peer.answers[0]!)[0]!
  // MSH-3 to -6 swapped, MSH-11, -12, -18 kept.
  expect([msh[2], msh[3], msh[4], msh[5], msh[10], msh[11], msh[17]]).toEqual([
    ...['HB', 'HOSP', 'LAB^1.2.3^ISO', 'NORTH'],
    ...['T', '2.5.1', '8859/1']
  ])
  expect(server.kept.length).toBe(1)
})

/** Lets the sockets of this process run until they have nothing left to do. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test.each([
  ['AR 200', oruText('M1').replace('ORU^R01^ORU_R01', 'MDM^T02'), 'AR M1', 'HL7_UNSUPPORTED_TYPE'],
  ['AR 202', oruText('M1').replace('|T|2.5.1', '|X|2.5.1'), 'AR M1', 'HL7_UNSUPPORTED_PROCESSING_ID'],
  ['AR 203', oruText('M1').replace('|2.5.1|', '|3|'), 'AR M1', 'HL7_UNSUPPORTED_VERSION'],
  ['AE 100', oruText('M1').replace('OBR|', 'ZBR|'), 'AE M1', 'HL7_SEGMENT_MISSING'],
  ['AE 101', oruText('M1').replace('|M1|', '||'), 'AE ', 'HL7_NO_CONTROL_ID'],
  ['AE without header', 'hello', 'AE ', 'HL7_NOT_A_MESSAGE'],
  ['CR', oruText('M1', { msh15: 'AL' }).replace('|2.5.1|', '|3|'), 'CR M1', 'HL7_UNSUPPORTED_VERSION'],
  ['CE', oruText('M1', { msh15: 'ER' }).replace('OBR|', 'ZBR|'), 'CE M1', 'HL7_SEGMENT_MISSING']
])('refuses before the append: %s', async (_, text, msa, code) => {
  await using server = await serve()
  const peer = await server.peer()
  peer.socket.write(blocks(Buffer.from(text, 'latin1'), oru('M2')))
  expect((await peer.until(2)).map(msaOf)).toEqual([msa, 'AA M2'])
  expect(segmentsOf(peer.answers[0]!).find(([name]) => name === 'ERR')?.[5]).toBe(code)
  expect(server.refused.map(({ error }) => error.code)).toEqual([code])
  expect(server.accepted.length).toBe(1)
})

test.each([
  ['BUS_UNAVAILABLE', 'AE M1'],
  ['NO_FORMAT', 'AR M1'],
  ['SHUTTING_DOWN', 'AE M1']
] as const)('answers %s of the intake with %s', async (code, msa) => {
  await using server = await serve({
    accept() {
      throw new AppError(code)
    }
  })
  const peer = await server.peer()
  peer.socket.write(blocks(oru('M1')))
  expect((await peer.until(1)).map(msaOf)).toEqual([msa])
  expect(server.kept).toEqual([])
})

test('a defect of the intake is answered as unavailable, without its words', async () => {
  await using server = await serve({
    accept() {
      throw new Error('secret detail')
    }
  })
  const peer = await server.peer()
  peer.socket.write(blocks(oru('M1')))
  const [answer] = await peer.until(1)
  expect([msaOf(answer!), answer!.includes('secret')]).toEqual(['AE M1', false])
})

test.each([
  [{ msh15: 'AL', msh16: 'NE' }, { state: 'recorded' as const }, ['CA M1']],
  [{ msh15: 'AL', msh16: 'AL' }, { state: 'recorded' as const }, ['CA M1', 'AA M1']],
  [{ msh15: 'AL', msh16: 'ER' }, { state: 'recorded' as const }, ['CA M1']],
  [{ msh15: 'NE', msh16: 'AL' }, { state: 'recorded' as const }, ['AA M1']],
  [{ msh15: 'AL', msh16: 'AL' }, parked(), ['CA M1', 'AE M1']],
  [{ msh15: 'AL', msh16: 'ER' }, parked(), ['CA M1', 'AE M1']],
  [{}, parked(), ['AA M1']]
])('answers %j by the table after %j', async (types, settlement, expected) => {
  await using server = await serve({ settlement })
  const peer = await server.peer()
  peer.socket.write(blocks(oru('M1', types)))
  // What must not come would come before the refusal of the next block, which ends the connection.
  peer.socket.write(Buffer.from('\x0bX\x0b'))
  await peer.closed
  const answers = peer.answers.map(msaOf).filter((msa) => msa !== 'AE ')
  expect(answers).toEqual(expected)
})

function parked() {
  return { state: 'parked' as const, error: new AppError('DECODE_FAILED', { at: 'OBX-5' }).toJSON() }
}

test('stays silent on NE / NE only when alwaysAck is off', async () => {
  await using silent = await serve({ options: { alwaysAck: false } })
  const peer = await silent.peer()
  peer.socket.write(blocks(oru('M1', { msh15: 'NE', msh16: 'NE' }), oru('M2')))
  expect((await peer.until(1)).map(msaOf)).toEqual(['AA M2'])
  await using loud = await serve()
  const other = await loud.peer()
  other.socket.write(blocks(oru('M1', { msh15: 'NE', msh16: 'NE' })))
  expect((await other.until(1)).map(msaOf)).toEqual(['AA M1'])
})

test('leaves the application answer of enhanced mode to the outbox when so configured', async () => {
  await using server = await serve({ options: { applicationReplies: 'outbox' } })
  const peer = await server.peer()
  peer.socket.write(blocks(oru('M1', { msh15: 'AL', msh16: 'AL' }), oru('M2')))
  expect((await peer.until(2)).map(msaOf)).toEqual(['CA M1', 'AA M2'])
})

const oml = (): Buffer =>
  Buffer.from(oruText('O1').replace('ORU^R01^ORU_R01', 'OML^O21^OML_O21').replace('OBR|', 'ORC|NW|P1\rOBR|'), 'latin1')

test('answers an order with the reply of its format once the record step has settled it', async () => {
  const recorded = gate()
  const reply = Buffer.from('MSH|^~\\&|HB\rMSA|AA|O1\rORC|OK|P1|HB1\r')
  await using server = await serve({ reply, settlement: recorded.opened.then(() => ({ state: 'recorded' as const })) })
  const peer = await server.peer()
  peer.socket.write(blocks(oml(), oru('M2')))
  await settle()
  expect(peer.answers).toEqual([])
  recorded.open()
  expect(await peer.until(2)).toEqual([reply.toString(), expect.stringContaining('MSA|AA|M2')])
  expect(server.kept.map((bytes) => Buffer.from(bytes).toString())).toContain(reply.toString())
})

test('gives the plain acknowledgement when an order is not settled in time', async () => {
  await using server = await serve({ options: { replyTimeoutMs: 20 }, settlement: new Promise(() => undefined) })
  const peer = await server.peer()
  peer.socket.write(blocks(oml()))
  expect((await peer.until(1)).map(msaOf)).toEqual(['AA O1'])
})

test('gives an identical resend the stored answer, byte for byte', async () => {
  const storedReply = Buffer.from('MSH|^~\\&|HB||||2026||ACK|OLD|T|2.5.1\rMSA|AA|M1\r')
  await using server = await serve({ duplicate: 'identical', storedReply })
  const peer = await server.peer()
  peer.socket.write(blocks(oru('M1')))
  expect(await peer.until(1)).toEqual([storedReply.toString()])
  expect(server.kept).toEqual([])
})

test('answers a changed resend as a new message', async () => {
  await using server = await serve({ duplicate: 'changed', storedReply: Buffer.from('old') })
  const peer = await server.peer()
  peer.socket.write(blocks(oru('M1')))
  expect((await peer.until(1)).map(msaOf)).toEqual(['AA M1'])
})

test('appends in order and answers in order though the appends end in another', async () => {
  const gates = Array.from({ length: 10 }, gate)
  await using server = await serve({ accept: (_, n) => gates[n - 1]!.opened })
  const peer = await server.peer()
  const ids = gates.map((_, i) => `M${i}`)
  peer.socket.write(blocks(...ids.map((id) => oru(id))))
  for (const { open } of gates.toReversed()) {
    open()
    await settle()
  }
  expect((await peer.until(10)).map(msaOf)).toEqual(ids.map((id) => `AA ${id}`))
  expect(server.accepted.map(({ correlation }) => correlation?.messageControlId)).toEqual(ids)
})

test('takes no more than maxInFlight at a time and loses none at the boundary', async () => {
  for (const count of [3, 4, 5, 8]) {
    const open: (() => void)[] = []
    let most = 0
    let running = 0
    await using server = await serve({
      options: { maxInFlight: 4 },
      async accept() {
        most = Math.max(most, ++running)
        await new Promise<void>((resolve) => open.push(resolve))
        running--
      }
    })
    const peer = await server.peer()
    peer.socket.write(blocks(...Array.from({ length: count }, (_, i) => oru(`M${i}`))))
    while (peer.answers.length < count) {
      await new Promise((resolve) => setImmediate(resolve))
      open.shift()?.()
    }
    expect([count, most, peer.answers.map(msaOf)]).toEqual([
      count,
      Math.min(count, 4),
      Array.from({ length: count }, (_, i) => `AA M${i}`)
    ])
  }
})

test('keeps 16 in flight for 10,000 messages without a stall, lost or out of order', async () => {
  await using server = await serve({ options: { maxInFlight: 16 } })
  const peer = await server.peer()
  const total = 10_000
  let sent = 0
  while (sent < total) {
    const group = Array.from({ length: Math.min(16, total - sent) }, (_, i) => oru(`M${sent + i}`))
    sent += group.length
    peer.socket.write(blocks(...group))
    await peer.until(sent)
  }
  expect(peer.answers.every((answer, i) => msaOf(answer) === `AA M${i}`)).toBe(true)
  expect(server.accepted.length).toBe(total)
})

test('stop answers what was taken and takes no more', async () => {
  const append = gate()
  const server = await serve({ accept: () => append.opened })
  const peer = await server.peer()
  peer.socket.write(blocks(oru('M1'), oru('M2')))
  await settle()
  const stopped = server.stop()
  await settle()
  append.open()
  await stopped
  await peer.closed
  expect(peer.answers.map(msaOf)).toEqual(['AA M1', 'AA M2'])
  await expect(connectPeer(server.address).then(({ until }) => until(1))).rejects.toThrow()
})

test.each([
  [{ port: 70_000 }, 'mllp.port value'],
  [{ alwaysAck: 'yes' }, 'mllp.alwaysAck value'],
  [{ surprise: 1 }, 'mllp.surprise unknown-option'],
  [{ defaultCharset: 'EBCDIC' }, 'mllp.defaultCharset value'],
  [{ tls: { cert: 'x' } }, 'mllp.tls value'],
  [{ maxFrameBytes: -1 }, 'mllp.maxFrameBytes value']
])('refuses the options %j', (options, expected) => {
  let error: unknown
  try {
    transport.options(options)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(AppError)
  const { code, at, reason } = error as AppError
  expect(`${code} ${at} ${reason}`).toBe(`CONFIG_INVALID ${expected}`)
})
