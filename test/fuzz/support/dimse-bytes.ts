import { TRANSFER_SYNTAX } from '../../../dicom/uids.ts'

/** DICOM upper layer PDUs (PS3.8 9.3) and command sets (PS3.7 6.3.1) written by hand, so that they can also be written wrong. */

const pdu = (type: number, body: Buffer): Buffer => {
  const head = Buffer.from([type, 0, 0, 0, 0, 0])
  head.writeUInt32BE(body.length, 2)
  return Buffer.concat([head, body])
}

const item = (type: number, body: Buffer): Buffer => {
  const head = Buffer.from([type, 0, 0, 0])
  head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, body])
}

const text = (value: string): Buffer => Buffer.from(value, 'latin1')

/** A presentation context with one abstract and one transfer syntax. */
export interface Context {
  id: number
  abstractSyntax: string
  transferSyntax: string
}

/** A-ASSOCIATE-RQ: version | called | calling | application context, presentation contexts, user information. */
export function associateRq(calledAeTitle: string, contexts: readonly Context[]): Buffer {
  const head = Buffer.alloc(68)
  head.writeUInt16BE(1, 0)
  head.write(calledAeTitle.padEnd(16), 4, 'latin1')
  head.write('FUZZ'.padEnd(16), 20, 'latin1')
  const maxLength = Buffer.alloc(4)
  maxLength.writeUInt32BE(16_384)
  return pdu(
    0x01,
    Buffer.concat([
      head,
      item(0x10, text('1.2.840.10008.3.1.1.1')),
      ...contexts.map(({ id, abstractSyntax, transferSyntax }) =>
        item(
          0x20,
          Buffer.concat([
            Buffer.from([id, 0, 0, 0]),
            item(0x30, text(abstractSyntax)),
            item(0x40, text(transferSyntax))
          ])
        )
      ),
      item(0x50, Buffer.concat([item(0x51, maxLength), item(0x52, text('1.2.3'))]))
    ])
  )
}

/** P-DATA-TF with one PDV: bit 0 of control says command, bit 1 last. */
export function pData(context: number, control: number, fragment: Uint8Array): Buffer {
  const head = Buffer.from([0, 0, 0, 0, context, control])
  head.writeUInt32BE(fragment.length + 2, 0)
  return pdu(0x04, Buffer.concat([head, fragment]))
}

export const releaseRq = (): Buffer => pdu(0x05, Buffer.alloc(4))
export const abort = (): Buffer => pdu(0x07, Buffer.alloc(4))

const element = (number: number, value: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(number, 2)
  head.writeUInt32LE(value.length, 4)
  return Buffer.concat([head, value])
}
const u16 = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8])
const uid = (value: string): Buffer => text(value.length % 2 === 0 ? value : `${value}\0`)

/** A command set, implicit VR little endian, its group length first. */
function command(elements: readonly Buffer[]): Buffer {
  const body = Buffer.concat(elements)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  return Buffer.concat([element(0x0000, length), body])
}

export const echoRq = (): Buffer =>
  command([
    element(0x0002, uid('1.2.840.10008.1.1')),
    element(0x0100, u16(0x0030)),
    element(0x0110, u16(1)),
    element(0x0800, u16(0x0101))
  ])

export const storeRq = (sopClassUid: string, sopInstanceUid: string): Buffer =>
  command([
    element(0x0002, uid(sopClassUid)),
    element(0x0100, u16(0x0001)),
    element(0x0110, u16(1)),
    element(0x0700, u16(0)),
    element(0x0800, u16(0x0001)),
    element(0x1000, uid(sopInstanceUid))
  ])

/** A whole conversation that stores one object. */
export function storeConversation(
  calledAeTitle: string,
  object: { sopClassUid: string; sopInstanceUid: string; transferSyntaxUid?: string; dataSet: Uint8Array }
): Buffer[] {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid = TRANSFER_SYNTAX.explicitLittle, dataSet } = object
  const pieces: Buffer[] = []
  for (let at = 0; at < dataSet.length || at === 0; at += 16_000) {
    const isLast = at + 16_000 >= dataSet.length
    pieces.push(pData(1, isLast ? 2 : 0, dataSet.subarray(at, at + 16_000)))
  }
  return [
    associateRq(calledAeTitle, [{ id: 1, abstractSyntax: sopClassUid, transferSyntax: transferSyntaxUid }]),
    pData(1, 3, storeRq(sopClassUid, sopInstanceUid)),
    ...pieces,
    releaseRq()
  ]
}
