import type {
  AnnotatedRecording,
  Judgement,
  JudgeTools,
  MeasuredDifference
} from '../../../../core/inference-module.ts'
import type { Waveform } from '../../../../core/waveform.ts'
import { inputFrom } from '../recording.ts'
import type { EcgMeasurement, EcgomicsFindings } from '../types.ts'
import { groupsOf, isFibrillation } from './groups.ts'
import { marksOf } from './marks.ts'
import { metricRows, type Scored } from './metrics.ts'
import { type Found, scoreRecording } from './score.ts'

/** Groups with fewer recordings are listed without a metric (specs README section L). */
const SMALLEST_GROUP = 30
/** What is judged beside the served output: each path alone. */
const PATHS = ['classical', 'network'] as const
/** Metrics that a subgroup is asked for. */
const OF_GROUPS = /\.(f1|sdMs|madMs|sensitivity|ppv)$/
/** Pieces of atrial fibrillation that are looked at in a long recording: length, and how many. */
const PIECE_S = { least: 10, most: 60 }
const MOST_PIECES = 10

type Judged = { recording: AnnotatedRecording; scored: Scored }

/**
 * Judges the module on annotated recordings: the served output first, then each delineation path alone, then subgroups.
 * Recordings with marks lead by lead (LUDB layout) give waves, edges and intervals; those with beats (MIT-BIH layout) give
 * QRS detection over their whole length. A recording that a pacemaker leads is a group of its own where beats are judged, as in EC57,
 * and out of the headline there.
 *
 * False P in atrial fibrillation: beats before which a P is marked globally, in recordings whose rhythm is fibrillation and in the
 * spans of it of long recordings.
 *
 * @throws what `tools.run` throws
 */
export async function judge(recordings: AsyncIterable<AnnotatedRecording>, tools: JudgeTools): Promise<Judgement> {
  const served: (Judged & { groups: string[]; isHeadline: boolean })[] = []
  const alone = new Map<string, Scored[]>(PATHS.map((path) => [path, []]))
  const refused = new Map<string, number>()
  const patients = new Set<string>()
  let n = 0
  for await (const recording of recordings) {
    const findings = await measured(recording, tools)
    if (findings.kind === 'refused') {
      refused.set(findings.code, (refused.get(findings.code) ?? 0) + 1)
      continue
    }
    const isPaced = recording.beats?.some(({ symbol }) => symbol === '/') === true
    const scored = scoreRecording(recording, await found(recording, findings.measurement, tools))
    // Samples are let go: what stays of a recording is a few sums.
    const kept: AnnotatedRecording = { ...recording, waveform: { ...recording.waveform, samples: [] } }
    served.push({ recording: kept, scored, groups: groupsOf(recording), isHeadline: !isPaced })
    patients.add(recording.patientId)
    n++
    if (recording.marks) {
      for (const path of PATHS) {
        const one = await measured(recording, tools, { delineator: path })
        if (one.kind === 'refused' || usedOtherPath(one.measurement, path)) continue
        alone.get(path)!.push(scoreRecording(recording, await found(recording, one.measurement, tools)))
      }
    }
    tools.onProgress?.(n)
  }
  const headline = served.filter(({ isHeadline }) => isHeadline)
  const { draws } = tools
  return {
    n,
    patients: patients.size,
    positives: served.reduce((sum, { recording }) => sum + beatsJudged(recording), 0),
    metrics: [
      ...metricRows(
        (headline.length > 0 ? headline : served).map(({ scored }) => scored),
        { draws }
      ),
      ...PATHS.flatMap((path) => metricRows(alone.get(path)!, { draws, group: `path=${path}` })),
      ...groupRows(served, draws)
    ],
    baselines: [],
    refused: [...refused].map(([code, count]) => ({ code, n: count })),
    differences: (headline.length > 0 ? headline : served).flatMap(differencesOf)
  }
}

/** Labels of the intervals as the closed loop has them. */
const LABELS = { pr: 'pr', qrsDuration: 'qrs', qt: 'qt' } as const

function differencesOf({ scored, groups }: { scored: Scored; groups: readonly string[] }): MeasuredDifference[] {
  const strata = Object.fromEntries(groups.map((group) => group.split(/=(.*)/s, 2) as [string, string]))
  return Object.entries(LABELS).flatMap(([name, label]) => {
    const difference = scored.differences[name as keyof typeof LABELS]
    return difference === undefined
      ? []
      : [{ label, unit: 'ms', patientId: scored.patientId, difference, groups: strata }]
  })
}

function groupRows(
  served: readonly { scored: Scored; groups: readonly string[] }[],
  draws: number
): Judgement['metrics'] {
  const names = [...new Set(served.flatMap(({ groups }) => groups))].sort()
  return names.flatMap((group) => {
    const members = served.filter(({ groups }) => groups.includes(group)).map(({ scored }) => scored)
    const isEnough = members.length >= SMALLEST_GROUP
    const rows = metricRows(members, { draws: isEnough ? draws : 0, group }).filter(({ name }) => OF_GROUPS.test(name))
    // A paced group is asked for by name (specs 01 section 7), however small.
    if (isEnough || group === 'paced=yes') return isEnough ? rows : metricRows(members, { draws, group })
    return rows.slice(0, 1).map(({ name }) => ({ name, value: null, ci: null, n: members.length, group }))
  })
}

async function measured(
  { waveform, age, sex }: AnnotatedRecording,
  tools: JudgeTools,
  parameters: Record<string, unknown> = {}
): Promise<EcgomicsFindings> {
  // Intervals of features are not judged: drawing them would only take time.
  const input = inputFrom({ waveform, ...(age === undefined ? {} : { age }), ...(sex === undefined ? {} : { sex }) })
  return (await tools.run(input, { bootstrapDraws: 0, ...parameters })) as EcgomicsFindings
}

/** What the module says of a recording, in the recording's own leads and samples. */
async function found(
  recording: AnnotatedRecording,
  { delineation, beats, leadNames }: EcgMeasurement,
  tools: JudgeTools
): Promise<Found> {
  const places = leadNames.map((name) => recording.waveform.leads.findIndex((lead) => lead.name === name))
  const marks = marksOf(delineation).map((mark) => ({ ...mark, lead: places[mark.lead]! }))
  const inRecord = isFibrillation(recording.groups['rhythm'])
    ? { beats: delineation.beats.length, withP: delineation.global.filter(({ p }) => p).length }
    : undefined
  const fibrillation = recording.beats ? await inSpans(recording, tools) : inRecord
  return {
    marks,
    global: delineation.global,
    beats: beats.map(({ at }) => at),
    ...(fibrillation ? { fibrillation } : {})
  }
}

/** P in the fibrillation of a long recording, piece by piece. */
async function inSpans(recording: AnnotatedRecording, tools: JudgeTools): Promise<Found['fibrillation']> {
  let beats = 0
  let withP = 0
  for (const [from, to] of pieces(recording)) {
    const findings = await measured({ ...recording, waveform: part(recording.waveform, from, to) }, tools)
    if (findings.kind === 'refused') continue
    const { global } = findings.measurement.delineation
    beats += global.length
    withP += global.filter(({ p }) => p).length
  }
  return beats > 0 ? { beats, withP } : undefined
}

/** Pieces of at most a minute out of the spans of fibrillation, in order; half-open ranges of samples. */
function pieces({ rhythms = [], waveform: { rateHz } }: AnnotatedRecording): [number, number][] {
  const most = PIECE_S.most * rateHz
  return rhythms
    .filter(({ name }) => isFibrillation(name))
    .flatMap(({ from, to }) =>
      Array.from({ length: Math.ceil((to - from) / most) }, (_, i): [number, number] => [
        from + i * most,
        Math.min(to, from + (i + 1) * most)
      ])
    )
    .filter(([from, to]) => to - from >= PIECE_S.least * rateHz)
    .slice(0, MOST_PIECES)
}

const part = (waveform: Waveform, from: number, to: number): Waveform => ({
  ...waveform,
  samples: waveform.samples.map((lead) => lead.slice(from, to)),
  gaps: waveform.gaps
    .filter((gap) => gap.from < to && gap.to > from)
    .map((gap) => ({ ...gap, from: Math.max(0, gap.from - from), to: Math.min(to, gap.to) - from }))
})

/** A network that cannot run leaves the classical path: its marks must not stand under the network's name. */
const usedOtherPath = ({ quality }: EcgMeasurement, path: string): boolean =>
  path === 'network' && quality.reasons.includes('delineated-without-network')

const beatsJudged = ({ beats, marks }: AnnotatedRecording): number =>
  beats?.length ?? marks?.filter(({ wave }) => wave === 'qrs').length ?? 0
