import { angleBetween, axisCategory, frontalAxis } from '../../../../signal/shape/frontal-axis.ts'
import type { ShapeNumber } from '../../../../signal/shape/lead-shape.ts'
import {
  KORS_LEADS,
  korsVector,
  type Vector,
  vectorAngle,
  vectorLength
} from '../../../../signal/shape/vectorcardiogram.ts'
import type { AbsentReason, FeatureValue } from '../../types.ts'
import type { FeatureContext, LeadContext } from '../context.ts'
import { absent, numeric, worded } from '../feature-value.ts'

/** A number from the areas of some leads: of the median beat, and of each beat. */
type FromAreas = (area: (lead: string, wave: ShapeNumber) => number) => number

const axisOf =
  (wave: ShapeNumber): FromAreas =>
  (area) =>
    frontalAxis(area('I', wave), area('aVF', wave))
const vectorOf = (wave: ShapeNumber, area: Parameters<FromAreas>[0]): Vector =>
  korsVector(KORS_LEADS.map((lead) => area(lead, wave)))

const FRONTAL = ['I', 'aVF']
const READS: { id: string; leads: readonly string[]; read: FromAreas; circular?: boolean; ofP?: boolean }[] = [
  { id: 'p.axis', leads: FRONTAL, read: axisOf('pArea'), circular: true, ofP: true },
  { id: 'qrs.axis', leads: FRONTAL, read: axisOf('qrsArea'), circular: true },
  { id: 't.axis', leads: FRONTAL, read: axisOf('tArea'), circular: true },
  {
    id: 'qrs-t.angle.frontal',
    leads: FRONTAL,
    read: (area) => angleBetween(axisOf('qrsArea')(area), axisOf('tArea')(area))
  },
  {
    id: 'qrs-t.angle.spatial',
    leads: KORS_LEADS,
    read: (area) => vectorAngle(vectorOf('qrsArea', area), vectorOf('sttArea', area))
  },
  { id: 'vector.qrs', leads: KORS_LEADS, read: (area) => vectorLength(vectorOf('qrsArea', area)) },
  { id: 'vector.t', leads: KORS_LEADS, read: (area) => vectorLength(vectorOf('sttArea', area)) },
  {
    id: 'vector.gradient',
    leads: KORS_LEADS,
    read: (area) => {
      const qrs = vectorOf('qrsArea', area)
      const t = vectorOf('sttArea', area)
      return Math.hypot(qrs[0] + t[0], qrs[1] + t[1], qrs[2] + t[2])
    }
  }
]

/** Axes and vectors, from net areas; an axis' interval is laid around it on the circle. */
export function axisFeatures(context: FeatureContext): FeatureValue[] {
  const features = READS.map(({ id, leads, read, circular, ofP }) => {
    const reason = (ofP ? context.pAbsent : undefined) ?? reasonOf(context, leads)
    if (reason) return absent(id, reason)
    const used = new Map(leads.map((name) => [name, context.lead(name)!]))
    const value = read((name, wave) => used.get(name)!.shape!.numbers[wave])
    const beats = context.shapeBeats.map((_, beat) => {
      const one = read((name, wave) => used.get(name)!.beatShapes[beat]!.numbers[wave])
      return circular ? value + turn(one - value) : one
    })
    return numeric(id, value, {
      confidence: context.bootstrap.around(value, beats),
      limited: [...used.values()].some(({ limited }) => limited)
    })
  })
  const axis = features.find(({ id }) => id === 'qrs.axis')!
  const inWords =
    axis.value === undefined
      ? absent('qrs.axis.category', axis.absent!)
      : worded('qrs.axis.category', axisCategory(axis.value), { limited: axis.limited })
  return [...features, inWords]
}

/** The shortest way round the circle, -180 to 180 deg. */
const turn = (deg: number): number => ((((deg + 180) % 360) + 360) % 360) - 180

/** Why a feature of several leads is not given: a lead is not there, or its shape is not. */
export function reasonOf(context: FeatureContext, names: readonly string[]): AbsentReason | undefined {
  if (context.shapeAbsent) return context.shapeAbsent
  const leads = names.map((name): LeadContext | undefined => context.lead(name))
  if (leads.some((lead) => !lead)) return 'lead-missing'
  return (
    leads.find((lead) => lead?.absent)?.absent ?? (leads.some((lead) => !lead?.shape) ? 'beats-too-few' : undefined)
  )
}
