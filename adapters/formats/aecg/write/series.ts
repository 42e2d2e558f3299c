import type { EncodableRecording } from '../../../../core/format.ts'
import type { Lead, Waveform } from '../../../../core/waveform.ts'
import { decimalText } from '../../../ecg/decimal.ts'
import { type Markup, xmlElement, xmlText } from '../../../ecg/xml/write.ts'
import { SYNTHETIC } from '../document.ts'
import { actCode, mdcCode } from './codes.ts'
import { sequenceSets } from './sequence-sets.ts'

export interface SeriesTime {
  start: Date
  /** effectiveTime element of the tracing. */
  period: Markup
}

/** The series of the tracing: what was recorded, by what, how filtered, what was said of it, and what was derived of it. */
export function writeSeries(recording: EncodableRecording, time: SeriesTime): Markup {
  const [tracing, ...others] = recording.waveforms
  return xmlElement(
    'series',
    {},
    actCode('RHYTHM'),
    time.period,
    authorOf(recording),
    ...controlVariables(tracing!.leads[0]),
    ...sequenceSets(tracing!, time.start),
    annotations(recording),
    ...others.filter(({ kind }) => kind === 'median-beat').map((beat) => derivation(beat, tracing!, time))
  )
}

/** A derived series states its filters only where they differ from those of the series, which it inherits. */
const derivation = (beat: Waveform, tracing: Waveform, { period }: SeriesTime): Markup =>
  xmlElement(
    'derivation',
    {},
    xmlElement(
      'derivedSeries',
      {},
      actCode('REPRESENTATIVE_BEAT'),
      period,
      ...(isFilteredAlike(beat, tracing) ? [] : controlVariables(beat.leads[0])),
      ...sequenceSets(beat)
    )
  )

const isFilteredAlike = (a: Waveform, b: Waveform): boolean =>
  JSON.stringify(a.leads[0]?.filters) === JSON.stringify(b.leads[0]?.filters)

function authorOf({ device, waveforms }: EncodableRecording): Markup | undefined {
  const software = waveforms[0]?.facts?.['software']
  if (!device && !software) return undefined
  return xmlElement(
    'author',
    {},
    xmlElement(
      'seriesAuthor',
      {},
      xmlElement(
        'manufacturedSeriesDevice',
        {},
        device?.serial && xmlElement('id', { extension: device.serial }),
        device?.model && xmlElement('manufacturerModelName', {}, xmlText(device.model)),
        software && xmlElement('softwareName', {}, xmlText(software))
      ),
      device?.manufacturer &&
        xmlElement('manufacturerOrganization', {}, xmlElement('name', {}, xmlText(device.manufacturer)))
    )
  )
}

/** Filters of the first lead; aECG states them for a series, not for a lead. */
function controlVariables(lead: Lead | undefined): Markup[] {
  const { highHz, lowHz, notchHz } = lead?.filters ?? {}
  const made = [
    filter('LOW_PASS', 'CUTOFF_FREQ', highHz),
    filter('HIGH_PASS', 'CUTOFF_FREQ', lowHz),
    filter('NOTCH', 'NOTCH_FREQ', notchHz)
  ]
  return made.filter((one) => one !== undefined)
}

function filter(kind: string, detail: string, hertz: number | undefined): Markup | undefined {
  if (hertz === undefined) return undefined
  const variable = (code: string, ...rest: Markup[]): Markup =>
    xmlElement('controlVariable', {}, mdcCode(`MDC_ECG_CTL_VBL_ATTR_FILTER_${code}`), ...rest)
  const value = xmlElement('value', { 'xsi:type': 'PQ', value: decimalText(hertz), unit: 'Hz' })
  return xmlElement('controlVariable', {}, variable(kind, xmlElement('component', {}, variable(detail, value))))
}

/** Statements as they came, each as a statement of the interpretation. */
function annotations({ statements = [], synthetic }: EncodableRecording): Markup | undefined {
  const words = [
    ...(synthetic ? [['COMMENT', SYNTHETIC] as const] : []),
    ...statements.map((text) => ['STATEMENT', text] as const)
  ]
  if (words.length === 0) return undefined
  const parts = words.map(([kind, text]) =>
    xmlElement(
      'component',
      {},
      xmlElement(
        'annotation',
        {},
        mdcCode(`MDC_ECG_INTERPRETATION_${kind}`),
        xmlElement('value', { 'xsi:type': 'ST' }, xmlText(text))
      )
    )
  )
  return xmlElement(
    'subjectOf',
    {},
    xmlElement(
      'annotationSet',
      {},
      xmlElement('component', {}, xmlElement('annotation', {}, mdcCode('MDC_ECG_INTERPRETATION'), ...parts))
    )
  )
}
