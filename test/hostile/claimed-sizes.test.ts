import { Socket } from 'node:net'
import { readBody } from '../../adapters/transports/http-drop/read-body.ts'
import { walkDataSet } from '../../dicom/elements.ts'
import { framePixels } from '../../dicom/image/pixels.ts'
import { DEFAULT_LIMITS } from '../../dicom/limits.ts'
import { MAX_PDU_BYTES, PduGate } from '../../dicom/net/pdu-gate.ts'
import { readPart10 } from '../../dicom/read.ts'
import { encodeFile, type TestRow } from '../../dicom/testing/encode.ts'
import { SOP_CLASS, TRANSFER_SYNTAX } from '../../dicom/uids.ts'
import { unpackSamples } from '../../dicom/waveform/samples.ts'
import { allocatingElement, allocatingFrame } from './claimed-sizes.vulnerable.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'

/** A header of 12 bytes that claims a value of this length; nothing of it is there. */
function claiming(length: number, tag: readonly number[] = [0xe0, 0x7f, 0x10, 0x00]): Buffer {
  const header = Buffer.from([...tag, 0x4f, 0x57, 0, 0, 0, 0, 0, 0])
  header.writeUInt32LE(length, 8)
  return header
}
const claims = (length: number, tag?: readonly number[]) => (read: (bytes: Uint8Array) => unknown) =>
  expect(codeOf(() => read(claiming(length, tag)))).toMatch(/^DICOM_(TRUNCATED|ATTRIBUTE_VALUE)/)

heldAndSeenFailing<(bytes: Uint8Array) => unknown>(
  'the length of an element is compared before anything is made of it (A3-31)',
  {
    '0xFFFFFFFE': claims(0xfffffffe),
    'half a gigabyte': claims(0x20000000),
    'an undefined length where none may be': claims(0xffffffff, [0x10, 0x00, 0x10, 0x00])
  },
  {
    real: (bytes) => walkDataSet(bytes, 0, { explicit: true, littleEndian: true }, { limits: DEFAULT_LIMITS }),
    weak: allocatingElement
  }
)

test('a PDU longer than was negotiated is refused by its header', () => {
  const socket = new Socket()
  const refused: string[] = []
  new PduGate(socket, { role: 'scp', violated: ({ code, reason }) => refused.push(`${code} ${reason}`) })
  const header = Buffer.from([0x01, 0, 0, 0, 0, 0])
  header.writeUInt32BE(MAX_PDU_BYTES + 1, 2)
  socket.emit('data', header)
  expect(refused).toEqual(['DICOM_LIMIT pdu-length'])
})

test.each(['4294967296', '18446744073709551616'])(
  'Content-Length %s is refused before a byte is read',
  async (length) => {
    const request = { headers: { 'content-length': length } } as never
    await expect(readBody(request, 1000, { used: 0, limit: 2000 })).rejects.toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
      reason: 'content-length'
    })
  }
)

const image = (rows: TestRow, columns: TestRow, more: TestRow[] = []): Uint8Array =>
  encodeFile(
    [
      [0x00080016, 'UI', SOP_CLASS.mrImage],
      [0x00080018, 'UI', '1.2.3'],
      [0x00280002, 'US', [1]],
      ...more,
      rows,
      columns,
      [0x00280100, 'US', [16]],
      [0x7fe00010, 'OW', new Uint8Array(8)]
    ],
    TRANSFER_SYNTAX.explicitLittle
  )
interface Claimed {
  file: Uint8Array
  rows: number
  columns: number
}
const sized = (rows: number, columns: number, vr: 'US' | 'UL' = 'US'): Claimed => ({
  file: image([0x00280010, vr, [rows]], [0x00280011, vr, [columns]]),
  rows,
  columns
})
const dimensions = (claimed: Claimed) => (read: (claimed: Claimed) => unknown) =>
  expect(codeOf(() => read(claimed))).toMatch(/^DICOM_(TRUNCATED|ATTRIBUTE_VALUE|LIMIT)/)

heldAndSeenFailing<(claimed: Claimed) => unknown>(
  'the dimensions of an image are compared with its data before anything is made of them (A3-32)',
  {
    'the largest that 16 bits name': dimensions(sized(65_535, 65_535)),
    'zero rows': dimensions(sized(0, 4)),
    'UL in place of US, beyond 2^53': dimensions(sized(0xffffffff, 0xffffffff, 'UL'))
  },
  {
    real: ({ file }) => framePixels(readPart10(file), 1),
    weak: ({ rows, columns }) =>
      allocatingFrame({ rows: Math.min(rows, 20_000), columns: Math.min(columns, 20_000), data: new Uint8Array(8) })
  }
)

test.each([
  ['2147483648', 'DICOM_LIMIT frames'],
  ['-1', 'DICOM_ATTRIBUTE_VALUE'],
  ['0', 'DICOM_ATTRIBUTE_VALUE'],
  ['9007199254740993', 'DICOM_LIMIT frames']
])('%s frames are refused', (frames, code) => {
  const file = image([0x00280010, 'US', [2]], [0x00280011, 'US', [2]], [[0x00280008, 'IS', frames]])
  expect(codeOf(() => framePixels(readPart10(file), 1))).toBe(code)
})

test('channels x samples beyond the data are refused before the samples are made', () => {
  const layout = { channels: 65_535, samples: 0xffffffff, bitsAllocated: 16, interpretation: 'SS', littleEndian: true }
  expect(codeOf(() => unpackSamples(new Uint8Array(16), layout))).toBe('WAVEFORM_INCONSISTENT data-length')
})
