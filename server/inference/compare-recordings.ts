import { perMillivolt } from '../../adapters/ecg/voltage.ts'
import type { SubjectClaim } from '../../core/decoded.ts'
import type { Waveform } from '../../core/waveform.ts'
import type { RecordingFile } from './recording-file.ts'

type Compared = Pick<RecordingFile, 'recording' | 'subject'>

/** What became of a recording on its way through another container. */
export interface Fidelity {
  /** Largest difference of a sample that both have, in steps of the source's lead and in uV. */
  lsb: number
  microvolts: number
  /** Samples that one has and the other has not: gaps filled or opened, and a length that differs. */
  missing: number
  /** Largest relative difference of a lead's step. */
  resolution: number
  rateHz: number
  /** Leads of the source that are not in the target, and such whose lead number or kind of unit changed. */
  leadsLost: string[]
  leadsMoved: string[]
  /** Difference of the start in ms; undefined when one of them has none. */
  startMs?: number
  /** Fields of the person that came back otherwise, or not at all. */
  patient: string[]
  /** Waveforms of the source behind the tracing that the target does not hold. */
  waveformsLost: number
  statementsLost: number
  deviceLost: boolean
  syntheticLost: boolean
}

/** Compares what was written with what is read back, lead by lead by name. */
export function compareRecordings(source: Compared, back: Compared): Fidelity {
  const [from] = source.recording.waveforms
  const [to] = back.recording.waveforms
  const start = [source, back].map(({ recording }) => Date.parse(recording.acquiredAt.instant ?? ''))
  const statements = new Set(back.recording.statements ?? [])
  return {
    ...compareWaveforms(from!, to!),
    ...(start.some(Number.isNaN) ? {} : { startMs: start[1]! - start[0]! }),
    patient: patientDifferences(source.subject, back.subject),
    waveformsLost: Math.max(0, source.recording.waveforms.length - back.recording.waveforms.length),
    statementsLost: (source.recording.statements ?? []).filter((text) => !statements.has(text)).length,
    deviceLost: deviceText(source) !== deviceText(back),
    syntheticLost: Boolean(source.recording.synthetic) !== Boolean(back.recording.synthetic)
  }
}

function compareWaveforms(from: Waveform, to: Waveform) {
  const found = {
    lsb: 0,
    microvolts: 0,
    missing: 0,
    resolution: 0,
    leadsLost: [] as string[],
    leadsMoved: [] as string[]
  }
  for (const [k, lead] of from.leads.entries()) {
    const at = to.leads.findIndex(({ name }) => name === lead.name)
    const other = to.leads[at]
    if (!other) {
      found.leadsLost.push(lead.name)
      continue
    }
    const units = unitsOf(lead.unit, other.unit)
    if (other.mdc !== lead.mdc || units === undefined) found.leadsMoved.push(lead.name)
    if (units === undefined) continue
    found.resolution = Math.max(found.resolution, Math.abs((other.resolution * units.factor) / lead.resolution - 1))
    const { largest, missing } = compareSamples(from.samples[k]!, to.samples[at]!, units.factor)
    found.missing += missing
    found.lsb = Math.max(found.lsb, largest / lead.resolution)
    if (units.perMillivolt) found.microvolts = Math.max(found.microvolts, (largest / units.perMillivolt) * 1000)
  }
  return { ...found, rateHz: to.rateHz - from.rateHz }
}

/** Units of the first in one of the second; undefined when the two measure different things. */
function unitsOf(a: string, b: string): { factor: number; perMillivolt?: number } | undefined {
  const [one, other] = [perMillivolt(a), perMillivolt(b)]
  if (one !== undefined && other !== undefined) return { factor: one / other, perMillivolt: one }
  return a === b ? { factor: 1 } : undefined
}

function compareSamples(a: Float64Array, b: Float64Array, factor: number): { largest: number; missing: number } {
  let largest = 0
  let missing = 0
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [one = Number.NaN, other = Number.NaN] = [a[i], b[i]]
    const difference = Math.abs(one - other * factor)
    if (difference > largest) largest = difference
    if (Number.isNaN(one) !== Number.isNaN(other)) missing++
  }
  return { largest, missing }
}

/** Names compare without accents: not every container has them. */
const plain = (text: string | undefined): string => (text ?? '').normalize('NFD').replaceAll(/\p{M}/gu, '')

const FIELDS: readonly [string, (subject: SubjectClaim) => string | undefined][] = [
  ['identifier', ({ identifiers }) => identifiers[0]?.value],
  ['authority', ({ identifiers }) => identifiers[0]?.authority],
  ['family name', ({ family }) => plain(family)],
  ['given names', ({ given }) => plain(given?.join(' '))],
  ['accents of the name', ({ family, given }) => [family, ...(given ?? [])].join(' ')],
  ['birth date', ({ birthDate }) => birthDate],
  ['sex', ({ sex }) => (sex === 'unknown' ? undefined : sex)]
]

function patientDifferences(a: SubjectClaim = { identifiers: [] }, b: SubjectClaim = { identifiers: [] }): string[] {
  const different = FIELDS.filter(([, of]) => (of(a) ?? '') !== (of(b) ?? '')).map(([name]) => name)
  const isNameLost = different.includes('family name') || different.includes('given names')
  return different.filter((name) => name !== 'accents of the name' || !isNameLost)
}

const deviceText = ({ recording: { device } }: Compared): string =>
  [device?.manufacturer, device?.model].filter(Boolean).join(' ')
