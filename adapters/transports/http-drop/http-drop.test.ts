import { connect } from 'node:net'
import type { OperationOutcome } from '@medplum/fhirtypes'
import { AppError } from '../../../core/errors/app-error.ts'
import { silentLogger } from '../../../core/log.ts'
import type { Arrival, Settlement, TransportContext } from '../../../core/transport.ts'
import { detect } from './detect.ts'
import transport from './index.ts'

const HL7 = (id: string, type = 'ORU^R01'): string =>
  `MSH|^~\\&|LAB|N|HB|H|20260131||${type}|${id}|P|2.5.1\rPID|1||A\rOBR|1\rOBX|1|NM|K||4.1\r`

interface Script {
  options?: Record<string, unknown>
  accept?(arrival: Arrival): Promise<void> | void
  settlement?: Settlement
}

async function drop(script: Script = {}) {
  const accepted: Arrival[] = []
  const refused: string[] = []
  const context: TransportContext = {
    feed: 'files',
    options: transport.options({ port: 0, ...script.options }),
    log: silentLogger,
    spoolDir: '',
    refuse: (_, error) => void refused.push(error.code),
    async accept(arrival) {
      const n = accepted.push(arrival)
      await script.accept?.(arrival)
      return {
        envelopeId: `E${n}`,
        duplicate: 'none',
        settled: Promise.resolve(script.settlement ?? { state: 'recorded' }),
        reply: async () => undefined,
        keepReply: () => undefined
      }
    }
  }
  const server = transport.create(context)
  const { address } = await server.start()
  const post = async (
    body: BodyInit | undefined,
    { path = '', headers = {} }: { path?: string; headers?: Record<string, string> } = {}
  ) => {
    const response = await fetch(address + path, { method: 'POST', body, headers })
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
  }
  return { accepted, refused, address, post, [Symbol.asyncDispose]: () => server.stop() }
}

const codeOf = (outcome: OperationOutcome): string | undefined => outcome.issue?.[0]?.details?.coding?.[0]?.code

function dicomBytes(): Buffer {
  const bytes = Buffer.alloc(200)
  bytes.write('DICM', 128)
  return bytes
}

function scpBytes(): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.write('SCPECG', 16)
  return bytes
}

test.each([
  ['HL7 v2', Buffer.from(HL7('1')), '', 'hl7v2', 'x-application/hl7-v2+er7'],
  [
    'HL7 v2 behind a byte order mark',
    Buffer.from(`\ufeff${HL7('1')}`),
    'text/plain',
    'hl7v2',
    'x-application/hl7-v2+er7'
  ],
  ['a batch', Buffer.from('FHS|^~\\&|'), '', 'hl7v2', 'x-application/hl7-v2+er7'],
  ['DICOM whatever its type says', dicomBytes(), 'application/fhir+json', 'dicom', 'application/dicom'],
  ['SCP-ECG', scpBytes(), '', 'ecg', 'application/x-scp-ecg'],
  ['EDF', Buffer.from('0       X X X'), '', 'ecg', 'application/x-edf'],
  ['FHIR JSON', Buffer.from(' {"resourceType":"Bundle"}'), 'application/json', 'fhir', 'application/fhir+json'],
  ['FHIR XML', Buffer.from('<Bundle xmlns="http://hl7.org/fhir">'), 'text/xml', 'fhir', 'application/fhir+xml'],
  ['ECG XML', Buffer.from('<?xml version="1.0"?><AnnotatedECG/>'), 'text/xml', 'ecg', 'application/x-aecg+xml'],
  ['what only its type tells', Buffer.from('xyz'), 'Application/X-WFDB; a=b', 'ecg', 'application/x-wfdb']
])('knows %s', (_, bytes, contentType, family, mediaType) => {
  expect(detect(bytes, contentType)).toEqual({ family, mediaType })
})

test.each([Buffer.from(''), Buffer.from('hello'), Buffer.from('{"a":1}'), Buffer.from('<html/>'), Buffer.alloc(200)])(
  'does not guess',
  (bytes) => {
    expect(detect(bytes, 'application/octet-stream')).toBeUndefined()
  }
)

test('answers 202 with the envelope id, only after the append', async () => {
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  await using server = await drop({ accept: () => gate })
  const answer = server.post(HL7('M1'))
  const early = await Promise.race([answer, new Promise((resolve) => setTimeout(() => resolve('silence'), 50))])
  expect(early).toBe('silence')
  open()
  expect(await answer).toMatchObject({ status: 202, body: { envelopeId: 'E1', state: 'received', duplicate: 'none' } })
  expect(Buffer.from(server.accepted[0]!.bytes).toString()).toBe(HL7('M1'))
  expect(server.accepted[0]).toMatchObject({ family: 'hl7v2', correlation: { messageControlId: 'M1' } })
})

test('waits for the record step when asked by Prefer', async () => {
  const error = new AppError('DECODE_FAILED').toJSON()
  await using server = await drop({ settlement: { state: 'parked', error } })
  expect(
    await server.post(new Uint8Array(dicomBytes()), { headers: { Prefer: 'respond-async, wait=5' } })
  ).toMatchObject({
    status: 200,
    body: { envelopeId: 'E1', state: 'parked', error: { code: 'DECODE_FAILED' } }
  })
})

test('splits a batch, takes each in order, and tells of those it refused', async () => {
  await using server = await drop()
  const batch = `FHS|^~\\&|X\rBHS|^~\\&|X\r${HL7('M1')}${HL7('M2', 'MDM^T02')}${HL7('M3')}BTS|3\rFTS|1\r`
  const { status, body } = await server.post(batch)
  expect(status).toBe(207)
  expect(body.messages).toMatchObject([
    { envelopeId: 'E1', state: 'received' },
    { state: 'refused', error: { code: 'HL7_UNSUPPORTED_TYPE' } },
    { envelopeId: 'E2', state: 'received' }
  ])
  expect(server.accepted.map(({ correlation }) => correlation?.messageControlId)).toEqual(['M1', 'M3'])
  expect(server.refused).toEqual(['HL7_UNSUPPORTED_TYPE'])
})

test.each([
  ['an unknown file', 'hello', {}, 415, 'NO_FORMAT'],
  ['an HL7 message of another type', HL7('1', 'MDM^T02'), {}, 415, 'HL7_UNSUPPORTED_TYPE'],
  ['an HL7 message without its segments', HL7('1').replace('OBR', 'ZBR'), {}, 400, 'HL7_SEGMENT_MISSING'],
  ['an empty body', '', {}, 400, 'BAD_REQUEST'],
  ['another feed', HL7('1'), { path: '/other' }, 404, 'FEED_UNKNOWN'],
  ['a body past the limit', 'x'.repeat(5000), {}, 413, 'MESSAGE_TOO_LARGE']
])('refuses %s by code', async (_, body, options, status, code) => {
  await using server = await drop({ options: { maxBytes: 4000 } })
  const answer = await server.post(body, options)
  expect([answer.status, codeOf(answer.body), answer.headers.get('content-type')]).toEqual([
    status,
    code,
    'application/fhir+json'
  ])
  expect(server.accepted).toEqual([])
})

test('finds the feed by its name in the path', async () => {
  await using server = await drop()
  expect((await server.post(HL7('1'), { path: '/files' })).status).toBe(202)
})

test.each([
  ['BUS_UNAVAILABLE', 503],
  ['BACK_PRESSURE', 429],
  ['NO_FORMAT', 415]
] as const)('answers %s of the intake with its status', async (code, status) => {
  await using server = await drop({
    accept() {
      throw new AppError(code)
    }
  })
  const answer = await server.post(HL7('1'))
  expect([answer.status, codeOf(answer.body)]).toEqual([status, code])
})

test('a defect of the intake is answered by code, without its words', async () => {
  await using server = await drop({
    accept() {
      throw new Error('secret detail')
    }
  })
  const answer = await server.post(HL7('1'))
  expect([answer.status, JSON.stringify(answer.body).includes('secret')]).toEqual([503, false])
})

/** Raw HTTP, for requests that no client library would send. */
async function raw(address: string, ...parts: string[]): Promise<string> {
  const { port, hostname } = new URL(address)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => undefined)
  for (const part of parts) await new Promise<void>((resolve) => socket.write(part, () => resolve()))
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return text
}

test('stops a stream that passes the limit without a declared length', async () => {
  await using server = await drop({ options: { maxBytes: 4000 } })
  const head = 'POST /inbound HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n'
  const answer = await raw(server.address, head, ...Array(5).fill(`400\r\n${'x'.repeat(1024)}\r\n`))
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
  expect(answer).toContain('MESSAGE_TOO_LARGE')
})

test('believes no declared length: nothing is set aside for it', async () => {
  await using server = await drop()
  const answer = await raw(
    server.address,
    'POST /inbound HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4294967296\r\n\r\nMSH|'
  )
  expect(answer).toMatch(/^HTTP\/1.1 413 /)
})

test('takes POST only', async () => {
  await using server = await drop()
  const response = await fetch(server.address)
  expect([response.status, codeOf((await response.json()) as OperationOutcome)]).toEqual([405, 'BAD_REQUEST'])
})

test('a client that hangs up in the middle leaves nothing behind, the next is served', async () => {
  await using server = await drop()
  const { port, hostname } = new URL(server.address)
  const socket = connect(Number(port), hostname)
  await new Promise<void>((resolve) =>
    socket.write('POST /inbound HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nMSH|', () => resolve())
  )
  socket.destroy()
  expect((await server.post(HL7('1'))).status).toBe(202)
  expect(server.accepted.length).toBe(1)
})

test('opens nothing of its own without a port', async () => {
  const server = transport.create({ feed: 'my files', options: {} } as TransportContext)
  expect(await server.start()).toEqual({ address: 'mounted:/inbound/my%20files' })
  await server.stop()
})

test('binds nowhere but to loopback, since it knows no users', () => {
  expect(() => transport.options({ host: '0.0.0.0' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', at: 'http-drop.host' })
  )
  expect(() => transport.options({ surprise: 1 })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', reason: 'unknown-option' })
  )
})

test('takes the reading options of its HL7 v2 formats, and refuses a character set that is not read', () => {
  const given = { defaultCharset: '8859/1', lenientLineEnds: false }
  expect(transport.options(given)).toMatchObject(given)
  expect(() => transport.options({ defaultCharset: 'UNICODE UTF-32' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', at: 'http-drop.defaultCharset' })
  )
})
