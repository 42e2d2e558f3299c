import type { Hl7Segment } from '../../hl7v2/message.ts'
import type { OrderGroup } from '../../hl7v2/observation/message-groups.ts'

/**
 * What an OBX of an ECG message is. CHN, TIM, WAV, ANO: the waveform categories of HL7 chapter 7; MONITOR_NA and
 * MONITOR_ATTRIBUTE: the device dialect (codes.md section 8, trap 2); FILE: an ED; RESULT: an ordinary observation.
 */
export type Category = 'CHN' | 'TIM' | 'WAV' | 'ANO' | 'MONITOR_NA' | 'MONITOR_ATTRIBUTE' | 'FILE' | 'RESULT'

const SUFFIXES: readonly string[] = ['CHN', 'TIM', 'WAV', 'ANO']

/**
 * Categories of an order's OBX, in their order.
 *
 * The category is the suffix of OBX-3.1 (`5&WAV`), or OBX-3.1 itself (`WAV`). Without one, CD is a channel definition, MA
 * holds samples, and NA holds samples of the chapter 7 form when its OBX-4 has a channel definition, else of a monitor.
 */
export function categories(order: OrderGroup): Map<Hl7Segment, Category> {
  const segments = order.observations.map(({ obx }) => obx)
  const defined = new Set(segments.filter((obx) => plain(obx) === 'CHN').map((obx) => obx.get(4)))
  const hasMonitor = segments.some((obx) => plain(obx) === 'MONITOR_NA' && !defined.has(obx.get(4)))
  return new Map(
    segments.map((obx) => {
      const category = plain(obx)
      if (category === 'MONITOR_NA' && defined.has(obx.get(4))) return [obx, 'WAV']
      if (category === 'RESULT' && hasMonitor && /^MDC_ATTR_/.test(obx.get(3, 2))) return [obx, 'MONITOR_ATTRIBUTE']
      return [obx, category]
    })
  )
}

function plain(obx: Hl7Segment): Category {
  const suffix = (obx.get(3, 1, 1, 2) || obx.get(3)).trim().toUpperCase()
  if (SUFFIXES.includes(suffix)) return suffix as Category
  switch (obx.get(2).trim().toUpperCase()) {
    case 'CD':
      return 'CHN'
    case 'MA':
      return 'WAV'
    case 'NA':
      return 'MONITOR_NA'
    case 'ED':
      return 'FILE'
    default:
      return 'RESULT'
  }
}
