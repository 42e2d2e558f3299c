import { type Box, type Item, NOTICE, QUIET } from '../../../drawing/drawing.ts'
import type { EcgMeasurement, EcgomicsInput } from '../types.ts'

/** Specs README section O: verbatim wherever a result is shown. */
export const NOT_FOR_CLINICAL_USE =
  'Research prototype, not a medical device. Not for clinical use. Shipped weights were trained on real (LUDB) and simulated data and have not been validated on patients of this hospital; confirm by the standard test before acting.'

/** Who, when, from what device, and what the quality verdict is. */
export function reportHead(
  input: EcgomicsInput,
  { quality, beats, durationS, rateHz }: EcgMeasurement,
  box: Box
): Item[] {
  const { header = {}, age, sex, acquiredAt } = input
  const person = [
    header.patient ?? 'patient not named',
    header.identifier,
    header.birthDate && `born ${header.birthDate}`
  ]
  const facts = [age === undefined ? 'age unknown' : `${age} years`, sex ?? 'sex unknown']
  const signal = [
    `${input.leads.length} leads`,
    `${durationS.toFixed(1)} s`,
    `${rateHz} Hz`,
    `${beats.length} beats`,
    header.device
  ]
  const verdict = `Signal quality: ${quality.verdict}${quality.reasons.length > 0 ? ` (${quality.reasons.join(', ')})` : ''}`
  const right = box.x + box.width
  return [
    { kind: 'text', x: box.x, y: box.y + 4, text: joined([...person, ...facts]), sizeMm: 3.6, bold: true },
    {
      kind: 'text',
      x: box.x,
      y: box.y + 8.4,
      text: `Acquired ${acquiredAt ?? 'at an unknown time'}  |  ${joined(signal)}`,
      sizeMm: 2.7
    },
    { kind: 'text', x: right, y: box.y + 4, text: 'ECGomics measurements', sizeMm: 3.6, bold: true, anchor: 'end' },
    {
      kind: 'text',
      x: right,
      y: box.y + 8.4,
      text: verdict,
      sizeMm: 2.7,
      anchor: 'end',
      ...(quality.verdict === 'acceptable' ? {} : { colour: NOTICE })
    },
    {
      kind: 'text',
      x: box.x,
      y: box.y + 12.2,
      text: 'Measured by software, not over-read.',
      sizeMm: 2.4,
      colour: QUIET
    },
    ...(header.synthetic
      ? [
          {
            kind: 'text',
            x: right,
            y: box.y + 12.2,
            text: 'SIMULATED TRACING',
            sizeMm: 2.8,
            bold: true,
            colour: NOTICE,
            anchor: 'end'
          } as const
        ]
      : [])
  ]
}

/** What was done to the signal, the legend of the colours, and the sentence. */
export function reportFoot(
  { parameters, disagreement }: EcgMeasurement,
  { filters, paperStartS }: { filters: EcgomicsInput['filters']; paperStartS: number },
  box: Box
): Item[] {
  const { filter, lowHz, highHz, mainsHz, detector, delineator, bootstrapDraws } = parameters
  const band = filter === 'band-pass' ? ` ${lowHz}-${highHz} Hz` : ''
  const source = filters
    ? `source filter ${filters.lowHz ?? '?'}-${filters.highHz ?? '?'} Hz${filters.notchHz ? `, notch ${filters.notchHz} Hz` : ''}`
    : 'source filter not stated'
  const worst = disagreement.toSorted((a, b) => b.medianMs - a.medianMs)[0]
  const paths = worst
    ? `two delineations differ most at ${worst.wave} ${worst.edge}: median ${worst.medianMs.toFixed(0)} ms`
    : undefined
  const since = paperStartS > 0 ? ` from second ${paperStartS}` : ''
  const drawn = `paper shows the tracing as recorded${since}, 25 mm/s, 10 mm/mV`
  const how = [
    drawn,
    source,
    `measured with filter ${filter}${band}${mainsHz ? `, notch ${mainsHz} Hz` : ''}`,
    `detector ${detector}`,
    `delineator ${delineator}`,
    paths,
    `95 % intervals by ${bootstrapDraws} bootstrap draws over beats`
  ]
  return [
    { kind: 'text', x: box.x, y: box.y + 2.4, text: joined(how), sizeMm: 2.1, colour: QUIET },
    { kind: 'text', x: box.x, y: box.y + 5.4, text: NOT_FOR_CLINICAL_USE, sizeMm: 2.1, colour: QUIET }
  ]
}

const joined = (parts: readonly (string | undefined | false)[]): string => parts.filter(Boolean).join('  |  ')
