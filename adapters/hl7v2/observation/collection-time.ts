import type { ClinicalTime } from '../../../core/time.ts'
import { EXTENSION } from '../../../fhir-profiles/index.ts'
import { toFhirDateTime } from '../claims/message-clock.ts'
import type { Hl7Segment } from '../message.ts'
import type { MessageContext } from './message-context.ts'
import type { OrderGroup } from './message-groups.ts'

/**
 * When the sample was taken: SPM-17 (start of the range), else OBR-7, else OBX-14; never OBR-22 or MSH-7 (rules
 * section 3). An ambiguous daylight-saving hour is noted `time-ambiguous`.
 *
 * Deviation: a device files many instants under one OBR, whose OBR-7 is when its report begins. Of a metric in MDC codes
 * (IHE PCD-01: OBX-14 overrides OBR-7) OBX-14 goes first.
 */
export function collectionTime(
  obx: Hl7Segment | undefined,
  order: OrderGroup,
  context: MessageContext
): ClinicalTime | undefined {
  const candidates: [Hl7Segment | undefined, number][] = [
    ...(obx && isDeviceMetric(obx) ? ([[obx, 14]] as [Hl7Segment, number][]) : []),
    ...order.specimens.map((spm): [Hl7Segment, number] => [spm, 17]),
    [order.obr, 7],
    [obx, 14]
  ]
  for (const [segment, field] of candidates) {
    const time = segment && context.clock(segment.get(field))
    if (!segment || !time) continue
    if (time.ambiguous) context.notes.push({ code: 'time-ambiguous', at: context.at(segment, field) })
    return time
  }
  return undefined
}

const isDeviceMetric = (obx: Hl7Segment): boolean =>
  [3, 6].some((component) => obx.get(3, component).trim().toUpperCase() === 'MDC')

/**
 * effectiveDateTime with the text as it was sent beside it (extension original-time), marked when it is ambiguous
 * (rules section 3). {} when there is no usable time.
 */
export function effectiveOf(time: ClinicalTime | undefined): { effectiveDateTime?: string } {
  const effectiveDateTime = toFhirDateTime(time)
  if (!time || !effectiveDateTime) return {}
  const extension: object[] = [{ url: EXTENSION.originalTime, valueString: time.text }]
  if (time.ambiguous) extension.push({ url: EXTENSION.timeAmbiguous, valueBoolean: true })
  const element: object = { _effectiveDateTime: { extension } }
  return { effectiveDateTime, ...element }
}
