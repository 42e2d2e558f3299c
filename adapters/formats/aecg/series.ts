import type { DecodedWaveform, DecodeNote } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import type { Waveform } from '../../../core/waveform.ts'
import { sampleBudget, waveformOf } from '../../ecg/channels.ts'
import { filled } from '../../ecg/filled.ts'
import { attributeOf, childrenOf, elementAt, textAt, type XmlElement } from '../../ecg/xml/element.ts'
import { filtersOf } from './control-variables.ts'
import { mergedPieces } from './merge-sets.ts'
import { readSequenceSet, type SequenceSet } from './sequence-set.ts'
import { type AecgClock, startOf } from './time.ts'

/** A trial's aECG holds one series and what was derived of it. */
const MAX_SERIES = 64

const KINDS: Readonly<Record<string, Waveform['kind']>> = {
  RHYTHM: 'rhythm',
  REPRESENTATIVE_BEAT: 'median-beat',
  MEDIAN_BEAT: 'median-beat'
}

/**
 * Waveforms of every series and of the series derived of it.
 *
 * AnnotatedECG/component = series
 * series = code (RHYTHM | REPRESENTATIVE_BEAT) | effectiveTime IVL<TS> | author | controlVariable* | component+ : sequenceSet
 *          | subjectOf* : annotationSet | derivation* : derivedSeries (the same again)
 *
 * @throws AppError what its sequence sets throw; WAVEFORM_INCONSISTENT (reason 'series' for too many)
 */
export function readSeries(root: XmlElement, clock: AecgClock, notes: DecodeNote[]): Waveform[] {
  const count = sampleBudget()
  const all = seriesOf(root)
  if (all.length > MAX_SERIES) throw new AppError('WAVEFORM_INCONSISTENT', { at: 'AnnotatedECG', reason: 'series' })
  return all.flatMap(({ series, parent, at }) => {
    const { filters = parent ? filtersOf(parent).filters : undefined, facts } = filtersOf(series)
    const software = textAt(deviceElement(series), 'softwareName')
    const sets = childrenOf(series, 'component')
      .map((component, n) => {
        const set = elementAt(component, 'sequenceSet')
        return set && readSequenceSet(set, `${at}/sequenceSet[${n + 1}]`, { clock, filters, count, notes })
      })
      .filter((set) => set !== undefined)
    const kind = KINDS[attributeOf(elementAt(series, 'code'), 'code') ?? ''] ?? 'other'
    const start = startOf(elementAt(series, 'effectiveTime'), clock)
    const known = { kind, facts: { ...facts, ...(software ? { software } : {}) } }
    return joined(sets, kind === 'median-beat' ? undefined : start).map(({ set, startedAt }) =>
      waveformOf(set.channels, { ...known, rateHz: set.rateHz, ...(startedAt ? { startedAt } : {}) }, at)
    )
  })
}

/** Maker, model and serial number of the device of the first series. */
export function deviceOf(root: XmlElement): DecodedWaveform['device'] {
  const series = elementAt(root, 'component', 'series')
  const device = deviceElement(series)
  const id = attributeOf(elementAt(device, 'id'), 'extension')
  return filled({
    manufacturer: textAt(series, 'author', 'seriesAuthor', 'manufacturerOrganization', 'name'),
    model: textAt(device, 'manufacturerModelName'),
    // SerialNumber: dialect of a cart (Mindray). '0' is what writers put where they know none.
    serial: textAt(device, 'SerialNumber') ?? (id === '0' ? undefined : id)
  })
}

const deviceElement = (series: XmlElement | undefined): XmlElement | undefined =>
  elementAt(series, 'author', 'seriesAuthor', 'manufacturedSeriesDevice')

interface SeriesPlace {
  series: XmlElement
  /** Of a derived series: what it was derived of, whose filters it inherits. */
  parent?: XmlElement
  at: string
}

function seriesOf(root: XmlElement): SeriesPlace[] {
  return childrenOf(root, 'component').flatMap((component, n) =>
    childrenOf(component, 'series').flatMap((series) => {
      const at = `series[${n + 1}]`
      const derived = childrenOf(series, 'derivation').flatMap((derivation, m) =>
        childrenOf(derivation, 'derivedSeries').map((one) => ({
          series: one,
          parent: series,
          at: `${at}/derivedSeries[${m + 1}]`
        }))
      )
      return [{ series, at }, ...derived]
    })
  )
}

interface Started {
  set: SequenceSet
  startedAt?: ClinicalTime
}

/** Sets of one series on one grid where they fit, else each for itself. */
function joined(sets: readonly SequenceSet[], seriesStart: ClinicalTime | undefined): Started[] {
  const started = sets.map((set) => ({ set, startedAt: set.startedAt ?? later(seriesStart, set.startSeconds ?? 0) }))
  const [first] = started
  if (!first || started.length === 1) return started
  const pieces = started.map(({ set }) => ({ ...set, start: secondsBetween(first.set, set) }))
  const channels = pieces.every(({ start }) => start !== undefined)
    ? mergedPieces(pieces.map((piece) => ({ ...piece, start: piece.start ?? 0 })))
    : undefined
  return channels ? [{ set: { ...first.set, channels }, startedAt: first.startedAt }] : started
}

function secondsBetween(first: SequenceSet, set: SequenceSet): number | undefined {
  if (first.startSeconds !== undefined && set.startSeconds !== undefined) return set.startSeconds - first.startSeconds
  const [from, to] = [first.startedAt?.instant, set.startedAt?.instant]
  return from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : undefined
}

function later(start: ClinicalTime | undefined, seconds: number): ClinicalTime | undefined {
  if (!start?.instant || seconds === 0) return start
  return { ...start, instant: new Date(Date.parse(start.instant) + seconds * 1000).toISOString() }
}
