import type { Attachment } from '@medplum/fhirtypes'
import type { EmbeddedMessage } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { withoutEnding } from '../../../core/text-end.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'
import { mediaTypeOf } from './media-type.ts'

/** What people read and no format decodes stays with the report; larger ones go on as messages of their own. */
const READABLE = /^(application\/pdf|image\/(png|jpeg|tiff)|text\/(plain|rtf|html)|application\/rtf)$/
const MAX_ATTACHED_BYTES = 1024 * 1024

export interface EmbeddedFile {
  /** Goes back through intake as a child message. */
  message?: EmbeddedMessage
  /** Stays in DiagnosticReport.presentedForm. */
  attachment?: Attachment
}

/**
 * The file in an ED. HL7 2.5.1 section 2A.24.
 *
 * ED = source application HD ^ type of data (0191) ^ subtype (0291) ^ encoding (A | Hex | Base64) ^ data
 *
 * @returns undefined when there are no data
 * @throws AppError HL7_DATA_TYPE when the data are not in the encoding named, HL7_TABLE_VALUE for another encoding
 */
export function embeddedFile(obx: Hl7Segment, at: string): EmbeddedFile | undefined {
  const bytes = decodeData(obx.get(5, 4).trim().toLowerCase(), obx.get(5, 5), at)
  if (bytes.length === 0) return undefined
  const mediaType = mediaTypeOf(bytes, { type: obx.get(5, 2), subtype: obx.get(5, 3) })
  if (READABLE.test(mediaType) && bytes.length <= MAX_ATTACHED_BYTES) {
    return { attachment: { contentType: mediaType, data: Buffer.from(bytes).toString('base64') } }
  }
  return { message: { mediaType, bytes } }
}

function decodeData(encoding: string, data: string, at: string): Uint8Array {
  const packed = data.replaceAll(/\s|\\\.br\\/g, '')
  switch (encoding) {
    case 'base64':
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || withoutEnding(packed, '=').length % 4 === 1) {
        throw new AppError('HL7_DATA_TYPE', { at, reason: 'base64' })
      }
      return new Uint8Array(Buffer.from(packed, 'base64'))
    case 'hex':
      if (!/^([0-9A-Fa-f]{2})*$/.test(packed)) throw new AppError('HL7_DATA_TYPE', { at, reason: 'hex' })
      return new Uint8Array(Buffer.from(packed, 'hex'))
    case 'a':
    case '':
      return new Uint8Array(Buffer.from(data, 'utf8'))
    default:
      throw new AppError('HL7_TABLE_VALUE', { at, reason: 'encoding' })
  }
}
