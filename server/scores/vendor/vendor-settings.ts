import { AppError } from '../../../core/errors/app-error.ts'
import type { CodeMap } from '../../../core/format.ts'
import type { Config } from '../../config/schema.ts'
import { type ScoreConfig, type ScoreScale, scores as section } from '../../config/sections/scores.ts'

/** What the command line may say of a vendor's score, and of where it lives. */
export interface VendorWords {
  /** 'score:<id>' of the configuration, or any name beside `code`. */
  target: string
  /** 'mllp://host:port', or the name of a destination of the configuration. */
  to: string
  /** 'port' or 'host:port' of the listener; 0: a free port. */
  listen: string
  /** 'SYSTEM|CODE' in place of a configured score. */
  code?: string
  /** 'probability', 'percent' or 'points:MIN-MAX'. */
  scale?: string
  acceptSynthetic: boolean
}

export interface VendorSettings {
  name: string
  score: Pick<ScoreConfig, 'code' | 'scale'>
  to: { host: string; port: number }
  listen: { host: string; port: number }
  codeMap: CodeMap
  receiver: {
    receivingApplication?: string
    receivingFacility?: string
    sendingApplication?: string
    sendingFacility?: string
  }
}

/**
 * Where and how a vendor's score is asked. People who do not exist are sent only to a system of which the site says that it takes
 * them: a destination marked `acceptsSynthetic`, or an address together with `acceptSynthetic` (rules section 11).
 *
 * @throws AppError NOT_PERMITTED (reason 'accepts-synthetic', 'outbound-off'), BAD_REQUEST (reason 'no-such-score', 'address',
 * 'listen', 'scale')
 */
export function vendorSettings(words: VendorWords, config: Config): VendorSettings {
  // One switch stops all outbound (rules section 9): an audit is no exception.
  if (!config.outbound) throw new AppError('NOT_PERMITTED', { at: 'outbound', reason: 'outbound-off' })
  const { address, receiver } = destinationOf(words, config)
  return {
    name: words.target,
    score: scoreOf(words, config),
    to: hostAndPort(address),
    listen: listenAt(words.listen),
    codeMap: {
      observations: Object.assign(
        {},
        ...config.feeds.map(({ codeMap }) => codeMap.observations ?? {})
      ) as CodeMap['observations']
    },
    receiver
  }
}

function destinationOf(
  { to, acceptSynthetic }: VendorWords,
  { destinations }: Config
): { address: string; receiver: VendorSettings['receiver'] } {
  const named = destinations.find(({ name, address }) => name === to || address === to)
  if (named && named.kind !== 'mllp') throw new AppError('BAD_REQUEST', { at: '--to', reason: 'address' })
  if (!named?.acceptsSynthetic && !acceptSynthetic)
    throw new AppError('NOT_PERMITTED', { at: '--to', reason: 'accepts-synthetic' })
  if (!named) return { address: to, receiver: {} }
  const { receivingApplication, receivingFacility, sendingApplication, sendingFacility } = named.profile
  const receiver = { receivingApplication, receivingFacility, sendingApplication, sendingFacility }
  return { address: named.address, receiver: Object.fromEntries(Object.entries(receiver).filter(([, value]) => value)) }
}

function hostAndPort(address: string): { host: string; port: number } {
  const url = address.startsWith('mllp://') ? URL.parse(address.replace(/^mllp:/, 'http:')) : null
  if (!url?.hostname || !url.port) throw new AppError('BAD_REQUEST', { at: '--to', reason: 'address' })
  return { host: url.hostname, port: Number(url.port) }
}

function listenAt(text: string): { host: string; port: number } {
  const match = /^(?:([\w.:[\]-]+):)?(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  if (!match || port > 65_535) throw new AppError('BAD_REQUEST', { at: '--listen', reason: 'listen' })
  return { host: match[1]?.replace(/^\[|\]$/g, '') ?? '127.0.0.1', port }
}

function scoreOf({ target, code, scale }: VendorWords, { scores }: Config): Pick<ScoreConfig, 'code' | 'scale'> {
  const id = target.replace(/^score:/, '')
  const known = scores.find((score) => score.id === id)
  if (!code) {
    if (!known) throw new AppError('BAD_REQUEST', { at: 'scores', reason: 'no-such-score' })
    return { code: known.code, scale: scale ? scaleOf(scale) : known.scale }
  }
  const bar = code.lastIndexOf('|')
  if (bar < 1 || bar === code.length - 1) throw new AppError('BAD_REQUEST', { at: '--code', reason: 'code' })
  return { code: { system: code.slice(0, bar), code: code.slice(bar + 1) }, scale: scaleOf(scale ?? 'probability') }
}

function scaleOf(text: string): ScoreScale {
  const points = /^points:(-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?)$/.exec(text)
  const scale = (
    points ? { kind: 'points', min: Number(points[1]), max: Number(points[2]) } : { kind: text }
  ) as ScoreScale
  try {
    // The section of the configuration knows what a scale is.
    section.complete([
      { id: 'audit', title: 'audit', code: { system: 's', code: 'c' }, scale, truth: { module: 'm', label: 'l' } }
    ])
  } catch (cause) {
    throw new AppError('BAD_REQUEST', { at: '--scale', reason: 'scale', cause })
  }
  return scale
}
