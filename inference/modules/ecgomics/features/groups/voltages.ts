import { levelBefore } from '../../../../signal/shape/level-before.ts'
import { terminalForce } from '../../../../signal/shape/terminal-force.ts'
import {
  cornellProduct,
  cornellVoltage,
  lowVoltage,
  pegueroVoltage,
  type QrsHeights,
  sokolowLyon
} from '../../../../signal/shape/voltage-criteria.ts'
import type { FeatureValue } from '../../types.ts'
import type { FeatureContext } from '../context.ts'
import { absent, numeric, worded } from '../feature-value.ts'
import { reasonOf } from './axes.ts'

type Heights = (lead: string) => QrsHeights

const LIMB = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const
const CHEST = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const
const ALL = [...LIMB, ...CHEST]

const RULES: { id: string; leads: readonly string[]; read: (heights: Heights) => number }[] = [
  {
    id: 'voltage.sokolow-lyon',
    leads: ['V1', 'V5', 'V6'],
    read: (of) => sokolowLyon({ v1: of('V1'), v5: of('V5'), v6: of('V6') })
  },
  { id: 'voltage.cornell', leads: ['aVL', 'V3'], read: (of) => cornellVoltage({ avl: of('aVL'), v3: of('V3') }) },
  { id: 'voltage.peguero', leads: ALL, read: (of) => pegueroVoltage({ all: ALL.map(of), v4: of('V4') }) }
]

/** Voltage rules, low voltage, Cornell product and the terminal force of P. */
export function voltageFeatures(context: FeatureContext): FeatureValue[] {
  const rules = RULES.map(({ id, leads, read }) => overBeats(context, { id, leads, read }))
  return [...rules, cornellProductOf(context), lowVoltageOf(context), terminalForceOf(context)]
}

function overBeats(
  context: FeatureContext,
  { id, leads, read }: { id: string; leads: readonly string[]; read: (heights: Heights) => number }
): FeatureValue {
  const reason = reasonOf(context, leads)
  if (reason) return absent(id, reason)
  const value = read(medianHeights(context))
  const beats = context.shapeBeats.map((_, beat) =>
    read((lead) => {
      const { rHeight, sDepth } = context.lead(lead)!.beatShapes[beat]!.numbers
      return { r: rHeight, s: sDepth }
    })
  )
  return numeric(id, value, { confidence: context.bootstrap.around(value, beats), limited: isLimited(context, leads) })
}

const medianHeights =
  (context: FeatureContext): Heights =>
  (lead) => {
    const { rHeight, sDepth } = context.lead(lead)!.shape!.numbers
    return { r: rHeight, s: sDepth }
  }
const isLimited = (context: FeatureContext, leads: readonly string[]): boolean =>
  leads.some((lead) => context.lead(lead)?.limited)

function cornellProductOf(context: FeatureContext): FeatureValue {
  const id = 'voltage.cornell-product'
  const { sex } = context.input
  const { qrs } = context.median?.global ?? {}
  const reason = reasonOf(context, ['aVL', 'V3'])
  if (reason) return absent(id, reason)
  if (sex !== 'male' && sex !== 'female') return absent(id, 'demographics-missing')
  const qrsMs = (((qrs?.offset ?? Number.NaN) - (qrs?.onset ?? Number.NaN)) * 1000) / context.rateHz
  const read = (heights: Heights) =>
    cornellProduct({ voltage: cornellVoltage({ avl: heights('aVL'), v3: heights('V3') }), qrsMs, sex })
  return overBeats(context, { id, leads: ['aVL', 'V3'], read })
}

function lowVoltageOf(context: FeatureContext): FeatureValue {
  const reason = reasonOf(context, ALL)
  if (reason) return absent('voltage.low', reason)
  const height = (lead: string): number => context.lead(lead)!.shape!.numbers.qrsPeakToPeak
  return worded('voltage.low', lowVoltage({ limb: LIMB.map(height), precordial: CHEST.map(height) }), {
    limited: isLimited(context, ALL)
  })
}

function terminalForceOf(context: FeatureContext): FeatureValue {
  const id = 'p.terminal-force'
  const reason = context.pAbsent ?? reasonOf(context, ['V1'])
  if (reason) return absent(id, reason)
  const { rateHz, median } = context
  const lead = context.lead('V1')!
  const { p } = lead.windows!
  if (!p) return absent(id, 'wave-not-found')
  const force = (samples: Float64Array, shift: number) => {
    const segment = { from: p.from + shift, to: p.to + shift }
    const level = levelBefore(samples, { onset: segment.from, rateHz })
    return terminalForce(samples, segment, { level, rateHz })
  }
  const value = force(median!.samples[lead.index]!, 0)
  const beats = context.shapeBeats.map((beat) =>
    force(lead.samples, (context.measured.beats[beat]?.at ?? Number.NaN) - median!.fiducial)
  )
  return numeric(id, value, { confidence: context.bootstrap.around(value, beats), limited: lead.limited })
}
