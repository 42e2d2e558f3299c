import type { SegmentName } from '../../explain/beat-segments.ts'
import type { SegmentMeasure } from '../../explain/segment-measures.ts'
import type { SegmentContribution } from './types.ts'

const SEGMENT_TEXT: Record<SegmentName, string> = {
  p: 'P wave',
  pr: 'PR segment',
  qrs: 'QRS complex',
  st: 'ST segment',
  t: 'T wave'
}

/** Parts of the beat that are named. */
const MOST_PARTS = 3
/** Fall of the logit from which a T is named that gave way to a straight line. */
const LEAST_DROP = 0.1
/**
 * And from which a change is: what the largest of the four falls hardly exceeds in people in whom nothing but the day changed
 * (95 % of them; `largestUnchanged95` of training/pocket-k/occlusion.py on validation people, rounded).
 */
const LEAST_CHANGE = 1.5

/**
 * What speaks for a high potassium. Beside the own reference: the parts whose change raises the score, with what is measured now
 * and what was then. From a single tracing only T, the one part whose planted change the straight line brings to light
 * (figures in the model card): QRS and P are not named there, in either direction.
 */
export function contributionSentences(parts: readonly SegmentContribution[]): string[] {
  if (parts.length === 0) return []
  return parts.some(({ usual }) => usual) ? changedParts(parts) : tallT(parts)
}

/** 'T wave, Lead I, amplitude 0.80 mV (reference 0.31), width 96 ms (reference 130), raises the logit by 1.9' */
function changedParts(parts: readonly SegmentContribution[]): string[] {
  const named = parts
    .filter(({ drop }) => drop >= LEAST_CHANGE)
    .slice(0, MOST_PARTS)
    .map(({ segment, measured, usual = [], drop }) => {
      const gone = usual.filter(({ name }) => !measured.some((now) => now.name === name))
      const values = [
        ...measured.map((now) => valueText(now, usual)),
        ...gone.map(
          ({ name, value, unit }) => `${measureText(name)} not seen (reference ${digits(value, unit)} ${unit})`
        )
      ]
      return `${[SEGMENT_TEXT[segment], 'Lead I', ...values].join(', ')}, raises the logit by ${drop.toFixed(1)}`
    })
  return named.length > 0
    ? [`What has changed and speaks for it: ${named.join('; ')}.`]
    : ['No single part of the beat that changed since then explains the score.']
}

function valueText({ name, value, unit }: SegmentMeasure, usual: readonly SegmentMeasure[]): string {
  const then = usual.find((one) => one.name === name)
  const now = `${measureText(name)} ${digits(value, unit)} ${unit}`
  return then ? `${now} (reference ${digits(then.value, unit)})` : now
}

/** Of P the interval to QRS is measured as well. */
const measureText = (name: string): string => (name === 'interval' ? 'PR interval' : name)

/** 'T wave, Lead I, amplitude 0.62 mV, width 148 ms (raises the logit by 1.9)' */
function tallT(parts: readonly SegmentContribution[]): string[] {
  const t = parts.find(({ segment }) => segment === 't')
  if (!t || t.drop < LEAST_DROP) return ['Which part of the beat makes the score cannot be told from a single tracing.']
  const values = t.measured.map(({ name, value, unit }) => `${name} ${digits(value, unit)} ${unit}`)
  return [
    `What speaks for it: ${[SEGMENT_TEXT.t, 'Lead I', ...values].join(', ')} (raises the logit by ${t.drop.toFixed(1)}).`,
    'What QRS and P add cannot be told from a single tracing.'
  ]
}

/** As it is stored: millivolts to two decimals, milliseconds to whole ones. */
export const digits = (value: number, unit: 'mV' | 'ms'): string => value.toFixed(unit === 'mV' ? 2 : 0)
