import { AppError } from '../../core/errors/app-error.ts'
import type { Waveform } from '../../core/waveform.ts'
import type { DataSet } from '../data-set.ts'
import { tagPosition } from '../tag.ts'
import { readChannel, toMillivolts } from './channel.ts'
import { unpackSamples } from './samples.ts'
import { padLongZeroRuns } from './zero-padding.ts'

const MEDIAN_LABEL = /median|average|template|representative/i
const RHYTHM_LABEL = /rhythm/i
/** A derived group shorter than this is an averaged beat even when its label does not say so. */
const BEAT_MAX_SECONDS = 2

/**
 * One multiplex group of the Waveform Sequence (5400,0100), PS3.3 C.10.9.
 * @param at position of the item, for errors
 * @throws AppError DICOM_ATTRIBUTE_MISSING, DICOM_ATTRIBUTE_VALUE, WAVEFORM_INCONSISTENT, LEAD_UNKNOWN, UNIT_UNKNOWN
 */
export function readMultiplexGroup(group: DataSet, at: string): Waveform {
  const channels = group.requiredNumber(0x003a0005)
  const samples = group.requiredNumber(0x003a0010)
  const rateHz = group.requiredNumber(0x003a001a)
  const definitions = group.items(0x003a0200)
  const data = group.value(0x54001010)
  if (!data) throw new AppError('DICOM_ATTRIBUTE_MISSING', { at: `${at}.${tagPosition(0x54001010)}` })
  if (!(rateHz > 0 && rateHz <= 100_000)) throw new AppError('DICOM_ATTRIBUTE_VALUE', { at: `${at}.(003A,001A)` })
  if (channels === 0 || samples === 0 || definitions.length !== channels) {
    throw new AppError('WAVEFORM_INCONSISTENT', { at: `${at}.(003A,0005)`, reason: 'channels' })
  }
  const described = definitions.map((channel, i) => readChannel(channel, `${at}.(003A,0200)[${i + 1}]`))
  if (new Set(described.map(({ lead }) => lead.name)).size !== channels) {
    throw new AppError('WAVEFORM_INCONSISTENT', { at: `${at}.(003A,0208)`, reason: 'lead-twice' })
  }
  const interpretation = group.requiredText(0x54001006)
  const isSigned = interpretation.startsWith('S')
  const bitsAllocated = group.requiredNumber(0x54001004)
  const padding = group.value(0x5400100a)
  const hasZeroPadding = isSigned && padding?.every((byte) => byte === 0) === true
  const hasNoMark = isSigned && (padding === undefined || hasZeroPadding)
  const counts = unpackSamples(data, {
    channels,
    samples,
    bitsAllocated,
    interpretation,
    littleEndian: group.littleEndian,
    padding: hasNoMark ? mostNegativeCount(bitsAllocated / 8, group.littleEndian) : padding
  })
  if (hasZeroPadding) padLongZeroRuns(counts, rateHz)
  return {
    kind: kindOf(group, samples / rateHz),
    leads: described.map(({ lead }) => lead),
    rateHz,
    samples: described.map(({ scale }, i) => toMillivolts(counts[i]!, scale)),
    gaps: counts.flatMap((channel, lead) => gapsOf(channel).map((gap) => ({ lead, ...gap }))),
    facts: { ...readFacts(group), ...(hasZeroPadding ? { zeroPadding: 'long runs only' } : {}) }
  }
}

/** By the label (003A,0020) when it says it, else by originality (003A,0004) and duration. */
function kindOf(group: DataSet, seconds: number): Waveform['kind'] {
  const label = group.text(0x003a0020) ?? ''
  if (MEDIAN_LABEL.test(label)) return 'median-beat'
  if (RHYTHM_LABEL.test(label)) return 'rhythm'
  return group.text(0x003a0004) === 'DERIVED' && seconds < BEAT_MAX_SECONDS ? 'median-beat' : 'rhythm'
}

function gapsOf(counts: Float64Array): { from: number; to: number }[] {
  const gaps: { from: number; to: number }[] = []
  for (let i = 0; i < counts.length; i++) {
    if (!Number.isNaN(counts[i])) continue
    const from = i
    while (i < counts.length && Number.isNaN(counts[i])) i++
    gaps.push({ from, to: i })
  }
  return gaps
}

/**
 * Without a usable padding value the most negative count of signed samples counts as missing: it is the rail of the converter
 * and what writers put where they have nothing (ECGToolkit's beat group). Bytes in the order of the group.
 */
function mostNegativeCount(bytes: number, littleEndian: boolean): Uint8Array {
  const count = new Uint8Array(bytes === 1 || bytes === 4 ? bytes : 2)
  count[littleEndian ? count.length - 1 : 0] = 0x80
  return count
}

function readFacts(group: DataSet): Record<string, string> {
  const facts = {
    label: group.text(0x003a0020),
    originality: group.text(0x003a0004),
    multiplexGroupTimeOffsetMs: group.text(0x00181068)
  }
  return Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
