import type { DecodedWaveform } from '../../../../core/decoded.ts'
import { Cursor } from '../cursor.ts'
import { type Charset, textOf } from '../text.ts'

export interface AcquiringDevice {
  device: NonNullable<DecodedWaveform['device']>
  charset: Charset
}

/** Table of EN 1064 section 5.4.3.3 (byte 8); 255 says that the name is among the texts at the end. */
const MANUFACTURERS: ReadonlyMap<number, string> = new Map([
  [1, 'Burdick'],
  [2, 'Cambridge'],
  [3, 'Compumed'],
  [4, 'Datamed'],
  [5, 'Fukuda'],
  [6, 'Hewlett-Packard'],
  [7, 'Marquette Electronics'],
  [8, 'Mortara Instruments'],
  [9, 'Nihon Kohden'],
  [10, 'Okin'],
  [11, 'Quinton'],
  [12, 'Siemens'],
  [13, 'Spacelabs'],
  [14, 'Telemed'],
  [15, 'Hellige'],
  [16, 'ESAOTE'],
  [17, 'Schiller'],
  [18, 'Picker-Schwarzer'],
  [19, 'et medical devices'],
  [20, 'Zwonitz']
])

/**
 * Tag 14, machine id of the acquiring device. EN 1064 section 5.4.3.3.
 *
 * 1-2 institution | 3-4 department | 5-6 device | 7 type | 8 manufacturer | 9-14 model, text | 15 protocol revision
 * 16 compatibility level | 17 language support | 18 capabilities | 19 mains | 20-35 reserved
 * 36 length of the next text | analysing program revision | serial number | system software | SCP software | manufacturer
 *
 * What is cut off is absent: writers end this field early.
 */
export function readDevice(value: Uint8Array | undefined): AcquiringDevice {
  if (!value || value.length < 17) return { device: {}, charset: 0 }
  const cursor = new Cursor(value, 'section 1 tag 14')
  cursor.take(7)
  const maker = cursor.u8()
  const model = cursor.take(6)
  cursor.take(2)
  const charset = cursor.u8()
  const texts = value.length > 36 ? zeroTerminated(value.subarray(36)) : []
  const serial = textOf(texts[1], charset)
  const named = textOf(texts[4], charset)
  const manufacturer = MANUFACTURERS.get(maker) ?? named
  const modelText = textOf(model, charset)
  return {
    device: {
      ...(manufacturer ? { manufacturer } : {}),
      ...(modelText ? { model: modelText } : {}),
      ...(serial ? { serial } : {})
    },
    charset
  }
}

/** The texts between zero bytes; five are defined. */
function zeroTerminated(bytes: Uint8Array): Uint8Array[] {
  const texts: Uint8Array[] = []
  let from = 0
  while (texts.length < 5 && from < bytes.length) {
    const end = bytes.indexOf(0, from)
    const to = end < 0 ? bytes.length : end
    texts.push(bytes.subarray(from, to))
    from = to + 1
  }
  return texts
}
