import dcmjs from 'dcmjs'
import { AppError } from '../core/errors/app-error.ts'
import { tagHex } from './tag.ts'
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, TRANSFER_SYNTAX } from './uids.ts'

/** One attribute to write: VR and its values; a sequence's values are attribute lists. */
export interface Attribute {
  vr: string
  values: readonly (string | number | Uint8Array | Attributes)[]
}
/** Attributes by tag number 0xGGGGEEEE. */
export type Attributes = ReadonlyMap<number, Attribute>

/** Shorthand: [tag, vr, ...values]; entries with no value are written empty (type 2). */
export type Row = readonly [tag: number, vr: string, ...values: (string | number | Uint8Array | Attributes)[]]
export const attributes = (rows: readonly (Row | undefined | false)[]): Attributes =>
  new Map(rows.filter((row): row is Row => Boolean(row)).map(([tag, vr, ...values]) => [tag, { vr, values }]))

/** Code sequence item: value, scheme, meaning. */
export const codeItem = (value: string, scheme: string, meaning: string, version?: string): Attributes =>
  attributes([
    [0x00080100, 'SH', value],
    [0x00080102, 'SH', scheme],
    version !== undefined && [0x00080103, 'SH', version],
    [0x00080104, 'LO', meaning]
  ])

/**
 * A Part 10 file, explicit VR little endian, written by dcmjs; always in ISO_IR 192. The file meta is ours.
 * @throws AppError DICOM_ATTRIBUTE_MISSING when SOP class or instance is absent
 */
export function writePart10(dataSet: Attributes): Uint8Array {
  const sopClassUid = dataSet.get(0x00080016)?.values[0]
  const sopInstanceUid = dataSet.get(0x00080018)?.values[0]
  if (sopClassUid === undefined) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at: '(0008,0016)' })
  if (sopInstanceUid === undefined) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at: '(0008,0018)' })
  const meta = attributes([
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', sopClassUid],
    [0x00020003, 'UI', sopInstanceUid],
    [0x00020010, 'UI', TRANSFER_SYNTAX.explicitLittle],
    [0x00020012, 'UI', IMPLEMENTATION_CLASS_UID],
    [0x00020013, 'SH', IMPLEMENTATION_VERSION_NAME]
  ])
  const file = new dcmjs.data.DicomDict(toJsonModel(meta))
  file.dict = toJsonModel(new Map([...dataSet].sort(([a], [b]) => a - b)))
  return new Uint8Array(file.write({ fragmentMultiframe: false }))
}

/** DS holds 16 characters (PS3.5 6.2): the shortest text that reads back as this number, or the nearest that fits. */
export function decimalString(value: number): string {
  const text = String(value)
  if (text.length <= 16) return text
  for (let digits = 15; digits > 1; digits--) {
    const shorter = String(Number(value.toPrecision(digits)))
    if (shorter.length <= 16) return shorter
  }
  throw new AppError('DICOM_ATTRIBUTE_VALUE', { reason: 'decimal-string' })
}

function toJsonModel(rows: Attributes): Record<string, { vr: string; Value: unknown[] }> {
  return Object.fromEntries(
    [...rows].map(([tag, { vr, values }]) => [tagHex(tag), { vr, Value: values.map(toJsonValue) }])
  )
}

function toJsonValue(value: string | number | Uint8Array | Attributes): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value).buffer
  return value instanceof Map ? toJsonModel(value) : value
}
