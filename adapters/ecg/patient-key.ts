import type { EcgKind } from './kinds.ts'
import { stripPatient } from './strip.ts'
import { peekText } from './xml/encoding.ts'

/**
 * Order key 'authority|patient id' from the beginning of a file; undefined where the kind has none there. It orders the
 * files of one patient on the bus and decides nothing else.
 */
export function patientKey(kind: EcgKind, head: Uint8Array): string | undefined {
  switch (kind) {
    case 'aecg':
      return aecgKey(peekText(head) ?? '')
    case 'muse-xml':
      return keyOf('', /<PatientID>([^<]{1,200})</.exec(peekText(head) ?? '')?.[1])
    case 'philips-xml':
      return keyOf('', /<patientid>([^<]{1,200})</.exec(peekText(head) ?? '')?.[1])
    case 'scp-ecg':
      return keyOf('', scpPatientId(Buffer.from(head.buffer, head.byteOffset, head.length)))
    case 'edf':
      return keyOf('', edfPatientCode(Buffer.from(head.buffer, head.byteOffset, head.length)))
    case 'ecg-strip': {
      const patient = stripPatient(head)
      return keyOf(patient?.authority ?? '', patient?.value)
    }
    case 'wfdb':
    case 'ecg-csv':
      return undefined
    default:
      return kind satisfies never
  }
}

const keyOf = (authority: string, id: string | undefined): string | undefined => {
  const trimmed = id?.trim()
  return trimmed ? `${authority.trim()}|${trimmed}` : undefined
}

/** trialSubject/id, else the PatientID that some carts add to the demographic person. */
function aecgKey(text: string): string | undefined {
  const start = text.search(/<(?:\w{1,20}:)?trialSubject\b/)
  if (start < 0) return undefined
  const part = text.slice(start, start + 4000)
  const id = /^<[^>]{0,400}>\s{0,200}<(?:\w{1,20}:)?id\b([^>]{0,400})>/.exec(part)?.[1] ?? ''
  const root = /\sroot\s{0,5}=\s{0,5}["']([^"'<]{0,200})["']/.exec(id)?.[1] ?? ''
  const extension = /\sextension\s{0,5}=\s{0,5}["']([^"'<]{0,200})["']/.exec(id)?.[1]
  return keyOf(root, extension) ?? keyOf('', /<PatientID>([^<]{1,200})</.exec(part)?.[1])
}

const SCP_END_TAG = 255
const SCP_PATIENT_ID_TAG = 2

/** Tag 2 of section 1. EN 1064 section 5.4: tag u8 | length u16 | value. */
function scpPatientId(head: Buffer): string | undefined {
  if (head.length < 42) return undefined
  // The second pointer of section 0 is section 1's; its index counts bytes from 1.
  let at = head.readUInt32LE(38) - 1 + 16
  while (at >= 0 && at + 3 <= head.length && head[at] !== SCP_END_TAG) {
    const length = head.readUInt16LE(at + 1)
    if (head[at] === SCP_PATIENT_ID_TAG) return untilZero(head.subarray(at + 3, at + 3 + Math.min(length, 200)))
    at += 3 + length
  }
  return undefined
}

const untilZero = (bytes: Buffer): string => bytes.toString('latin1').split('\0', 1)[0]!

/** Hospital code, first part of the local patient identification of EDF+ ('X' = unknown); plain EDF has no such parts. */
function edfPatientCode(head: Buffer): string | undefined {
  if (!/^[EB]DF\+/.test(head.toString('latin1', 192, 197))) return undefined
  const code = head.toString('latin1', 8, 88).split(' ', 1)[0]!
  return code === 'X' ? undefined : code
}
