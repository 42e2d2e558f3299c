import type { Hl7Segment } from '../message.ts'
import { lookUp, triplets } from './coded-element.ts'
import type { MessageContext } from './message-context.ts'
import type { OrderGroup } from './message-groups.ts'
import { numberWithComparator } from './observed-value.ts'

/** Length up to which free text is searched with the site's pattern. */
const MAX_TEXT = 1000

/**
 * Orders whose specimen was haemolysed. Rules section 7: SPM-24 `HEM` (table 0493), SPM-21 `RH` (table 0490), a
 * haemolysis index above the site's limit, or a coded comment (CE/CWE result or NTE-4 that is `HEM` or `RH`); free text
 * (NTE-3, OBX-5) only by the feed option `haemolysisTextPattern`.
 *
 * An index or comment often stands in another order than the potassium: it holds for every order of the patient in this
 * message that shares the specimen (SPM-2), the filler or placer number, or, where neither names a specimen, OBR-7.
 */
export function haemolysedOrders(orders: readonly OrderGroup[], context: MessageContext): Set<OrderGroup> {
  const pattern = textPattern(context)
  return bySpecimen(orders, (order) => isMarked(order, context, pattern))
}

/**
 * Orders whose specimen the laboratory rejected for another reason than haemolysis: SPM-21 (table 0490) holds a code. What was
 * measured of such a specimen is worth no more than nothing.
 */
export const rejectedOrders = (orders: readonly OrderGroup[]): Set<OrderGroup> =>
  bySpecimen(orders, ({ specimens }) =>
    specimens.some((spm) => triplets(spm, 21).some(({ code }) => code !== '' && code.toUpperCase() !== 'RH'))
  )

const HAEMOLYSED_WORDS = new Set(['HEMOLYZED', 'HEMOLYSED', 'HAEMOLYZED', 'HAEMOLYSED', 'HEMOLYSIS', 'HAEMOLYSIS'])

/** OBX-5 that says so in place of a number. */
export const saysHaemolysed = (obx: Hl7Segment): boolean => HAEMOLYSED_WORDS.has(obx.text(5).trim().toUpperCase())

function bySpecimen(orders: readonly OrderGroup[], isMarkedItself: (order: OrderGroup) => boolean): Set<OrderGroup> {
  const marked = orders.filter(isMarkedItself)
  return new Set(orders.filter((order) => marked.some((other) => other === order || sharesSpecimen(order, other))))
}

function isMarked(order: OrderGroup, context: MessageContext, pattern: RegExp | undefined): boolean {
  if (order.specimens.some((spm) => hasCode(spm, 24, 'HEM') || hasCode(spm, 21, 'RH'))) return true
  const notes = [...order.notes, ...order.observations.flatMap((observation) => observation.notes)]
  if (notes.some((nte) => hasCode(nte, 4, 'HEM') || hasCode(nte, 4, 'RH') || matches(pattern, nte.text(3)))) return true
  return order.observations.some(({ obx }) => {
    const type = obx.get(2).trim().toUpperCase()
    if (type === 'CE' || type === 'CWE') return hasCode(obx, 5, 'HEM') || hasCode(obx, 5, 'RH')
    return indexAboveLimit(obx, context) || matches(pattern, obx.text(5))
  })
}

function indexAboveLimit(obx: Hl7Segment, { feed }: MessageContext): boolean {
  const limits = feed.codeMap.haemolysisIndex
  if (!limits?.length) return false
  const table = Object.fromEntries(limits.map(({ code, above }) => [code, above]))
  const above = triplets(obx, 3)
    .map((triplet) => lookUp(table, triplet))
    .find((limit) => limit !== undefined)
  if (above === undefined) return false
  // SN carries its comparator in OBX-5.1 and its number in OBX-5.2.
  const text = obx.get(2).trim().toUpperCase() === 'SN' ? obx.get(5, 1) + obx.get(5, 2) : obx.get(5)
  const index = numberWithComparator(text)
  if (!index) return false
  // '>200' is above a limit of 200 too.
  return index.value > above || (index.value === above && index.comparator === '>')
}

function sharesSpecimen(a: OrderGroup, b: OrderGroup): boolean {
  const [specimensA, specimensB] = [specimenIds(a), specimenIds(b)]
  if (specimensA.some((id) => specimensB.includes(id))) return true
  if (specimensA.length > 0 && specimensB.length > 0) return false
  const same = (read: (order: OrderGroup) => string | undefined): boolean => {
    const value = read(a)?.trim()
    return value !== undefined && value !== '' && value === read(b)?.trim()
  }
  return same(({ obr }) => obr?.get(3)) || same(({ obr }) => obr?.get(2)) || same(({ obr }) => obr?.get(7))
}

const specimenIds = (order: OrderGroup): string[] =>
  order.specimens.map((spm) => spm.components(2).join('^')).filter((id) => id.replaceAll(/[\^&]/g, '') !== '')

function hasCode(segment: Hl7Segment, field: number, wanted: string): boolean {
  for (let repetition = 1; repetition <= Math.min(segment.repetitions(field), 20); repetition++) {
    if (triplets(segment, field, repetition).some(({ code }) => code.toUpperCase() === wanted)) return true
  }
  return false
}

function textPattern({ feed }: MessageContext): RegExp | undefined {
  const source = feed.options['haemolysisTextPattern']
  if (typeof source !== 'string' || source === '') return undefined
  try {
    return new RegExp(source, 'iu')
  } catch {
    return undefined
  }
}

const matches = (pattern: RegExp | undefined, text: string): boolean =>
  pattern !== undefined && text !== '' && pattern.test(text.slice(0, MAX_TEXT))
