import type { DecodedWaveform } from '../../../core/decoded.ts'
import { AppError } from '../../../core/errors/app-error.ts'
import { sent } from '../../hl7v2/claims/identifiers.ts'
import type { Hl7Segment } from '../../hl7v2/message.ts'
import { businessKey, orderIdentity, uniqueKey } from '../../hl7v2/observation/business-key.ts'
import type { MessageContext } from '../../hl7v2/observation/message-context.ts'
import type { OrderGroup } from '../../hl7v2/observation/message-groups.ts'
import type { Category } from './category.ts'
import { type Channel, waveformsOf } from './channel.ts'
import { chapter7Channels } from './chapter7.ts'
import { monitorChannels } from './monitor-dialect.ts'

const WORDS = new Set(['ST', 'TX', 'FT', 'CE', 'CWE'])

/** An OBX that says something about the tracing in words: it becomes a statement of the recording, no Observation. */
export const isStatement = (obx: Hl7Segment, kind: Category | undefined): boolean =>
  kind === 'ANO' || (kind === 'RESULT' && WORDS.has(obx.get(2).trim().toUpperCase()))

/** Whether the order holds samples. */
export const hasSamples = (kinds: ReadonlyMap<Hl7Segment, Category>): boolean =>
  [...kinds.values()].some((kind) => kind === 'WAV' || kind === 'CHN' || kind === 'MONITOR_NA')

/**
 * The recording of one order: samples of either dialect, statements, device, order numbers.
 *
 * Key: 'oru|<OBR-3 authority, else MSH-4>|<OBR-3, else OBR-2, else control id>'. acquiredAt: the first TIM, else OBR-7
 * (a monitor's OBX-14 before it). A retraction (OBR-25 X, OBX-11 D, W, X of the samples) has no waveforms.
 * @throws AppError TIME_UNUSABLE when neither time was sent; what the dialects throw
 */
export function recordingOf(
  order: OrderGroup,
  kinds: ReadonlyMap<Hl7Segment, Category>,
  context: MessageContext
): DecodedWaveform {
  const { obr, orc } = order
  const identity = orderIdentity(obr, orc, context)
  const state = stateOf(order, kinds)
  const orderTime = context.clock(obr?.get(7) ?? '')
  const channels = state === 'retracted' ? [] : channelsOf(kinds, orderTime, context)
  const waveforms = waveformsOf(channels)
  const acquiredAt = waveforms[0]?.startedAt ?? firstTim(kinds, context) ?? orderTime
  if (!acquiredAt) throw new AppError('TIME_UNUSABLE', { at: obr ? context.at(obr, 7) : 'OBR-7' })
  if (acquiredAt.ambiguous) context.notes.push({ code: 'time-ambiguous', at: obr ? context.at(obr, 7) : 'OBR-7' })
  const statements = [...kinds].filter(([obx, kind]) => isStatement(obx, kind)).flatMap(([obx]) => wordsOf(obx))
  const device = deviceOf(kinds)
  return {
    businessKey: uniqueKey(businessKey('oru', identity.authority, identity.number), context),
    waveforms,
    acquiredAt,
    receivedFrom: 'hl7v2',
    state,
    ...(state === 'retracted' && lettersOf(kinds).includes('W') ? { wrongPatient: true } : {}),
    ...(statements.length > 0 ? { statements } : {}),
    ...(device ? { device } : {}),
    ...(identity.placer ? { placerOrderNumber: identity.placer } : {}),
    ...(identity.filler ? { fillerOrderNumber: identity.filler } : {})
  }
}

const channelsOf = (...[kinds, orderTime, context]: Parameters<typeof monitorChannels>): Channel[] => [
  ...chapter7Channels(kinds, context),
  ...monitorChannels(kinds, orderTime, context)
]

function stateOf({ obr }: OrderGroup, kinds: ReadonlyMap<Hl7Segment, Category>): DecodedWaveform['state'] {
  const order = obr?.get(25).trim().toUpperCase()
  const letters = lettersOf(kinds)
  if (order === 'X' || letters.some((letter) => ['D', 'W', 'X'].includes(letter))) return 'retracted'
  return order === 'C' || letters.includes('C') ? 'corrected' : 'final'
}

/** OBX-11 of the samples. */
const lettersOf = (kinds: ReadonlyMap<Hl7Segment, Category>): string[] =>
  [...kinds]
    .filter(([, kind]) => kind === 'WAV' || kind === 'MONITOR_NA')
    .map(([obx]) => obx.get(11).trim().toUpperCase())

function firstTim(kinds: ReadonlyMap<Hl7Segment, Category>, context: MessageContext) {
  const tim = [...kinds].find(([, kind]) => kind === 'TIM')?.[0]
  return tim && context.clock(tim.get(5))
}

/** Text as it came; of a coded value its text, else its code. */
function wordsOf(obx: Hl7Segment): string[] {
  const isCoded = /^(CE|CWE)$/i.test(obx.get(2).trim())
  const words: string[] = []
  for (let repetition = 1; repetition <= Math.min(obx.repetitions(5), 100); repetition++) {
    const text = isCoded
      ? (sent(obx.get(5, 9, repetition)) ?? sent(obx.get(5, 2, repetition)) ?? sent(obx.get(5, 1, repetition)))
      : sent(obx.text(5, repetition))
    if (text) words.push(text)
  }
  return words
}

/** OBX-18 equipment instance EI = serial ^ namespace (the model, where senders use it so). */
function deviceOf(kinds: ReadonlyMap<Hl7Segment, Category>): DecodedWaveform['device'] {
  for (const obx of kinds.keys()) {
    const serial = sent(obx.get(18))
    const model = sent(obx.get(18, 2))
    if (serial || model) return { ...(model ? { model } : {}), ...(serial ? { serial } : {}) }
  }
  return undefined
}
