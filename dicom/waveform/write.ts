import { AppError } from '../../core/errors/app-error.ts'
import { LEAD_NUMBERS } from '../../core/lead-numbers.ts'
import type { Waveform } from '../../core/waveform.ts'
import { patientAndStudy, type WrittenPatient, type WrittenUids } from '../patient.ts'
import { ECG_SOP_CLASSES, SOP_CLASS } from '../uids.ts'
import { type Attributes, attributes, codeItem, decimalString, type Row, writePart10 } from '../write.ts'
import { OWN_SCHEME } from './leads.ts'

export interface EcgWriteOptions {
  patient: WrittenPatient
  uids: WrittenUids
  /** Local wall clock of the acquisition: 'YYYYMMDDHHMMSS' or with '.FFFFFF'. */
  acquiredAt: string
  /** (0008,0201), '+0100'; absent: the receiver's zone counts. */
  utcOffset?: string
  /** Default twelveLeadEcg. */
  sopClassUid?: string
  leadCoding?: 'MDC' | 'SCPECG' | 'text'
  /** Microvolts per count, for leads that state none of their own. Default 1. */
  sensitivityUv?: number
  /** (0008,001C) Synthetic Data YES. */
  synthetic?: boolean
  /** Absent: our simulator; what of it is left out is written empty. */
  device?: { manufacturer?: string; model?: string; serial?: string }
  /** Unformatted statements of the cart. */
  statements?: string[]
}

/** What of a waveform is written; counts are stored signed, 16 bit (32 bit for General 32-bit ECG). */
export type WrittenWaveform = Pick<Waveform, 'rateHz' | 'samples'> & {
  leads: { name: string; sensitivityUv?: number }[]
  kind?: Waveform['kind']
}

/** Of the scheme designator SCPECG in PS3.16. */
const SCPECG_VERSION = '1.3'

/** Said of a device when the caller says nothing: our simulators write through here. */
const SIMULATOR: NonNullable<EcgWriteOptions['device']> = {
  manufacturer: 'His Bundle',
  model: 'simulated',
  serial: '0'
}

/** The most negative count is kept for what is missing (NaN). */
const PADDING = { 16: -0x8000, 32: -0x80000000 } as const

/**
 * A waveform object (12-lead, General, Ambulatory or General 32-bit ECG) as a Part 10 file. Channels outside the lead table go
 * under our own designator.
 * @param groups one multiplex group each; samples in mV, NaN = missing
 * @throws AppError DICOM_SOP_CLASS, LEAD_UNKNOWN (no name), WAVEFORM_INCONSISTENT (reason range: a sample does not fit its counts)
 */
export function buildEcg(groups: readonly WrittenWaveform[], options: EcgWriteOptions): Uint8Array {
  const sopClassUid = options.sopClassUid ?? SOP_CLASS.twelveLeadEcg
  if (!ECG_SOP_CLASSES.includes(sopClassUid)) throw new AppError('DICOM_SOP_CLASS', { at: '(0008,0016)' })
  const bits = sopClassUid === SOP_CLASS.general32BitEcg ? 32 : 16
  const statements = (options.statements ?? []).map((statement) =>
    attributes([
      [0x0040a0b0, 'US', 1, 0],
      [0x00700006, 'ST', statement]
    ])
  )
  const device = options.device ?? SIMULATOR
  return writePart10(
    attributes([
      ...patientAndStudy(options.patient, options.uids, options.acquiredAt),
      [0x00080016, 'UI', sopClassUid],
      options.synthetic && [0x0008001c, 'CS', 'YES'],
      [0x0008002a, 'DT', options.acquiredAt],
      [0x00080060, 'CS', 'ECG'],
      text(0x00080070, 'LO', device.manufacturer),
      text(0x00081090, 'LO', device.model),
      options.utcOffset !== undefined && [0x00080201, 'SH', options.utcOffset],
      text(0x00181000, 'LO', device.serial),
      [0x00181020, 'LO', '1'],
      [0x00200013, 'IS', 1],
      [0x00400555, 'SQ'],
      statements.length > 0 && [0x0040b020, 'SQ', ...statements],
      [0x54000100, 'SQ', ...groups.map((group) => multiplexGroup(group, options, bits))]
    ])
  )
}

function multiplexGroup(group: WrittenWaveform, options: EcgWriteOptions, bits: 16 | 32): Attributes {
  const sensitivities = group.leads.map((lead) => lead.sensitivityUv ?? options.sensitivityUv ?? 1)
  const isBeat = group.kind === 'median-beat'
  const data = packCounts(group, sensitivities, bits)
  return attributes([
    [0x003a0004, 'CS', isBeat ? 'DERIVED' : 'ORIGINAL'],
    [0x003a0005, 'US', group.leads.length],
    [0x003a0010, 'UL', group.samples[0]?.length ?? 0],
    [0x003a001a, 'DS', decimalString(group.rateHz)],
    [0x003a0020, 'SH', isBeat ? 'MEDIAN BEAT' : 'RHYTHM'],
    [
      0x003a0200,
      'SQ',
      ...group.leads.map(({ name }, i) =>
        channel(name, i + 1, { coding: options.leadCoding, sensitivityUv: sensitivities[i]!, bits })
      )
    ],
    [0x54001004, 'US', bits],
    [0x54001006, 'CS', bits === 32 ? 'SL' : 'SS'],
    [0x5400100a, 'OW', padding(bits)],
    [0x54001010, 'OW', data]
  ])
}

/** Type 2: empty when nothing is known. */
const text = (tag: number, vr: string, value: string | undefined): Row => (value ? [tag, vr, value] : [tag, vr])

function channel(
  name: string,
  number: number,
  {
    coding = 'MDC',
    sensitivityUv,
    bits
  }: { coding?: EcgWriteOptions['leadCoding']; sensitivityUv: number; bits: number }
): Attributes {
  const rows: (Row | undefined)[] = [
    [0x003a0202, 'IS', number],
    coding === 'text' ? [0x003a0203, 'SH', name] : undefined,
    [0x003a0208, 'SQ', leadCode(name, coding)],
    [0x003a0210, 'DS', decimalString(sensitivityUv)],
    [0x003a0211, 'SQ', codeItem('uV', 'UCUM', 'microvolt')],
    [0x003a0212, 'DS', '1'],
    [0x003a0213, 'DS', '0'],
    [0x003a0215, 'DS', '0'],
    [0x003a021a, 'US', bits]
  ]
  return attributes(rows)
}

function leadCode(name: string, coding: 'MDC' | 'SCPECG' | 'text'): Attributes {
  const number = LEAD_NUMBERS.get(name)
  if (number === undefined) {
    if (name === '') throw new AppError('LEAD_UNKNOWN', { at: '(003A,0208)' })
    return codeItem(name.slice(0, 16), OWN_SCHEME, name.slice(0, 64))
  }
  if (coding === 'MDC') return codeItem(`2:${number}`, 'MDC', `Lead ${name}`)
  // SCPECG codes are known by the version of the scheme only (type 1C of the code sequence macro, PS3.3 table 8.8-1).
  if (coding === 'SCPECG') return codeItem(`5.6.3-9-${number}`, 'SCPECG', `Lead ${name}`, SCPECG_VERSION)
  return codeItem(name, '99LOCAL', `Lead ${name}`)
}

function padding(bits: 16 | 32): Uint8Array {
  const bytes = Buffer.alloc(bits / 8)
  bytes.writeIntLE(PADDING[bits], 0, bits / 8)
  return bytes
}

function packCounts(group: WrittenWaveform, sensitivities: readonly number[], bits: 16 | 32): Uint8Array {
  const width = bits / 8
  const length = group.samples[0]?.length ?? 0
  if (group.samples.length !== group.leads.length || group.samples.some((lead) => lead.length !== length)) {
    throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'channels' })
  }
  const bytes = Buffer.alloc(length * group.samples.length * width)
  let at = 0
  for (let instant = 0; instant < length; instant++) {
    for (const [k, lead] of group.samples.entries()) {
      const value = lead[instant]!
      const count = Number.isNaN(value) ? PADDING[bits] : Math.round((value * 1000) / sensitivities[k]!)
      if (!Number.isNaN(value) && Math.abs(count) > -PADDING[bits] - 1) {
        throw new AppError('WAVEFORM_INCONSISTENT', { reason: 'range' })
      }
      bytes.writeIntLE(count, at, width)
      at += width
    }
  }
  return bytes
}
