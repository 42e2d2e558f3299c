import type { Observation, ObservationComponent, Quantity } from '@medplum/fhirtypes'
import { ownValue } from '../../../core/own-value.ts'
import { sent } from '../claims/identifiers.ts'
import { toFhirDateTime } from '../claims/message-clock.ts'
import type { Hl7Segment } from '../message.ts'
import { conceptAsSent } from './coded-element.ts'
import type { MessageContext } from './message-context.ts'
import { quantityIn, type Unit } from './unit.ts'

/** The value[x] of one OBX-5 repetition. */
export type ObservedValue = Pick<
  Observation,
  | 'valueQuantity'
  | 'valueCodeableConcept'
  | 'valueString'
  | 'valueInteger'
  | 'valueRange'
  | 'valueRatio'
  | 'valueTime'
  | 'valueDateTime'
  | 'valuePeriod'
>

const TEXT_TYPES = new Set(['ST', 'TX', 'FT', 'IS', 'ID', ''])
/** Repetitions read of one OBX-5. */
const MAX_REPETITIONS = 200

/**
 * OBX-5 as value[x], by OBX-2. HL7 2.5.1 section 7.4.2.5.
 *
 * Repeated texts are lines of one string; repetitions of any other type are components with the code of the OBX.
 * @returns undefined when OBX-5 is empty or `""`, or when its type is not one of values (ED, NA, MA, CD)
 */
export function observedValue(
  obx: Hl7Segment,
  unit: Unit,
  context: MessageContext
): { value?: ObservedValue; components?: ObservedValue[] } | undefined {
  const type = obx.get(2).trim().toUpperCase()
  const count = Math.min(obx.repetitions(5), MAX_REPETITIONS)
  if (TEXT_TYPES.has(type)) {
    const lines = Array.from({ length: count }, (_, index) => obx.text(5, index + 1)).filter((line) => sent(line))
    return lines.length > 0 ? { value: { valueString: lines.join('\n').trim() } } : undefined
  }
  const values = Array.from({ length: count }, (_, index) => repetitionValue(obx, type, unit, context, index + 1))
  const filled = values.filter((value) => value !== undefined)
  if (filled.length > 1) return { components: filled }
  return filled[0] ? { value: filled[0] } : undefined
}

function repetitionValue(
  obx: Hl7Segment,
  type: string,
  unit: Unit,
  context: MessageContext,
  repetition: number
): ObservedValue | undefined {
  const text = sent(obx.get(5, 1, repetition))
  switch (type) {
    case 'NM': {
      if (!text) return undefined
      const number = numberWithComparator(text)
      if (!number) return { valueString: text }
      // '<5.5' is no valid NM, but common (codes.md section 8): accepted and said.
      if (number.comparator) context.notes.push({ code: 'leniency', at: context.at(obx, 5) })
      return { valueQuantity: quantityIn(number.value, number.comparator, unit) }
    }
    case 'SN':
      return structuredNumeric(obx, unit, repetition)
    case 'SI':
      return text && /^\d{1,9}$/.test(text) ? { valueInteger: Number(text) } : textValue(text)
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF': {
      const concept = conceptAsSent(obx, 5, context, repetition)
      return concept && { valueCodeableConcept: concept }
    }
    case 'DT':
    case 'DTM':
    case 'TS': {
      const time = toFhirDateTime(context.clock(obx.get(5, 1, repetition)))
      return time ? { valueDateTime: time } : textValue(text)
    }
    case 'TM': {
      const time = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?/.exec(text ?? '')
      return time ? { valueTime: `${time[1]}:${time[2]}:${time[3] ?? '00'}` } : textValue(text)
    }
    case 'DR': {
      const start = toFhirDateTime(context.clock(obx.get(5, 1, repetition)))
      const end = toFhirDateTime(context.clock(obx.get(5, 2, repetition)))
      return start || end ? { valuePeriod: { ...(start ? { start } : {}), ...(end ? { end } : {}) } } : textValue(text)
    }
    case 'NR': {
      const low = plainNumber(obx.get(5, 1, repetition))
      const high = plainNumber(obx.get(5, 2, repetition))
      return low !== undefined || high !== undefined ? rangeValue(low, high, unit) : textValue(text)
    }
    case 'ED':
    case 'NA':
    case 'MA':
    case 'CD':
      return undefined
    default:
      // Addresses, persons, pointers: their components as they were sent, for people to read.
      return textValue(sent(obx.text(5, repetition)))
  }
}

/** SN = comparator ^ number ^ separator or suffix ^ number. HL7 2.5.1 section 2A.70. */
function structuredNumeric(obx: Hl7Segment, unit: Unit, repetition: number): ObservedValue | undefined {
  const [mark = '', first = '', separator = '', second = ''] = [1, 2, 3, 4].map((c) => obx.get(5, c, repetition).trim())
  const one = plainNumber(first)
  const two = plainNumber(second)
  const text = [mark, first, separator, second].join('').trim()
  if (text === '') return undefined
  if (one === undefined) return { valueString: text }
  if (separator === '-' && two !== undefined) return rangeValue(one, two, unit)
  if ((separator === ':' || separator === '/') && two !== undefined) {
    return { valueRatio: { numerator: { value: one }, denominator: { value: two } } }
  }
  const comparator = ownValue(COMPARATORS, mark)
  if (separator !== '' || (mark !== '' && mark !== '=' && !comparator)) return { valueString: text }
  return { valueQuantity: quantityIn(one, comparator, unit) }
}

const COMPARATORS: Readonly<Record<string, Quantity['comparator']>> = { '<': '<', '<=': '<=', '>': '>', '>=': '>=' }

/** A number with an optional comparator before it: '5.6', '<5.5', '>= 9'. */
export function numberWithComparator(text: string): { value: number; comparator?: Quantity['comparator'] } | undefined {
  const match = /^(<=|>=|<|>)?\s*([+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15}))$/.exec(text.trim())
  if (!match) return undefined
  const comparator = ownValue(COMPARATORS, match[1] ?? '')
  return { value: Number(match[2]), ...(comparator ? { comparator } : {}) }
}

/** An HL7 NM without comparator; undefined when the text is none. */
export function plainNumber(text: string): number | undefined {
  const number = numberWithComparator(text)
  return number && !number.comparator ? number.value : undefined
}

const rangeValue = (low: number | undefined, high: number | undefined, unit: Unit): ObservedValue => ({
  valueRange: {
    ...(low !== undefined ? { low: quantityIn(low, undefined, unit) } : {}),
    ...(high !== undefined ? { high: quantityIn(high, undefined, unit) } : {})
  }
})

const textValue = (text: string | undefined): ObservedValue | undefined => (text ? { valueString: text } : undefined)

/** Values of repetitions as components under one code. */
export const asComponents = (values: ObservedValue[], code: Observation['code']): ObservationComponent[] =>
  values.map((value) => ({ code, ...value }) as ObservationComponent)
