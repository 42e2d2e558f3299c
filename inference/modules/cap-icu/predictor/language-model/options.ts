import { readAddressRanges } from '../../../../../core/address-ranges.ts'
import { AppError } from '../../../../../core/errors/app-error.ts'
import type { OutsideCalls } from '../../../../../core/inference-module.ts'
import { isListed } from '../../../../../core/listed-host.ts'

/** `modules.cap-icu.policy.predictor` of the kind 'language-model'. Off unless a site writes it. */
export interface LanguageModelOptions {
  kind: 'language-model'
  /** Base URL of a chat-completions service: 'https://models.ward.example/v1'; '/chat/completions' is added. */
  endpoint: string
  model: string
  /** Name of the environment variable, or path of the file, that holds the key; none: no Authorization header. */
  apiKeyVariable?: string
  apiKeyFile?: string
  /** 'host' or 'host:port'; the endpoint's must be among them. */
  allowedHosts: string[]
  /** Of one attempt, ms. */
  timeoutMs: number
  /** Further attempts after the first. */
  retries: number
  temperature: number
  maxTokens: number
  /** All attempts of all questions about one stay, ms. */
  deadlineMs: number
  /** Whether race, where recorded, may be sent. */
  sendRace: boolean
  /** How the service is told the form of the answer; the answer is checked whatever it says. */
  responseFormat: 'json_schema' | 'json_object' | 'none'
  /** Stays asked about at a time. */
  atOnce: number
}

const DEFAULTS = {
  timeoutMs: 30_000,
  retries: 3,
  temperature: 0.1,
  maxTokens: 800,
  deadlineMs: 300_000,
  sendRace: false,
  responseFormat: 'json_schema' as const,
  atOnce: 2
}

/** Lowest and highest sensible value. */
const RANGES: Record<string, [number, number]> = {
  timeoutMs: [10, 600_000],
  retries: [0, 10],
  temperature: [0, 2],
  maxTokens: [50, 8_000],
  deadlineMs: [10, 3_600_000],
  atOnce: [1, 16]
}
const WHOLE = new Set(['timeoutMs', 'retries', 'maxTokens', 'deadlineMs', 'atOnce'])
const KNOWN = new Set([
  'kind',
  'endpoint',
  'model',
  'apiKeyVariable',
  'apiKeyFile',
  'allowedHosts',
  'responseFormat',
  'sendRace',
  ...Object.keys(RANGES)
])

const loopback = readAddressRanges(['127.0.0.0/8', '::1'], 'loopback')
const AT = 'modules.cap-icu.policy.predictor'

/**
 * The site's words with defaults filled in.
 *
 * @throws AppError CONFIG_INVALID with the key: unknown key, endpoint that is no plain https URL (http only on loopback), host that
 *   is not listed, number out of its range
 */
export function readLanguageOptions(raw: unknown): LanguageModelOptions {
  if (typeof raw !== 'object' || raw === null) throw wrong('')
  const options = { ...DEFAULTS, ...raw } as LanguageModelOptions & Record<string, unknown>
  for (const key of Object.keys(options)) if (!KNOWN.has(key)) throw wrong(key, 'unknown-key')
  if (options.kind !== 'language-model') throw wrong('kind')
  for (const key of ['endpoint', 'model']) if (!isText(options[key])) throw wrong(key)
  for (const key of ['apiKeyVariable', 'apiKeyFile'])
    if (options[key] !== undefined && !isText(options[key])) throw wrong(key)
  for (const [key, [low, high]] of Object.entries(RANGES)) {
    const value = options[key]
    if (typeof value !== 'number' || !(value >= low && value <= high)) throw wrong(key)
    if (WHOLE.has(key) && !Number.isInteger(value)) throw wrong(key)
  }
  if (typeof options.sendRace !== 'boolean') throw wrong('sendRace')
  if (!['json_schema', 'json_object', 'none'].includes(options.responseFormat)) throw wrong('responseFormat')
  checkEndpoint(options.endpoint, options.allowedHosts)
  return options
}

/** Runs of such a predictor wait on another machine: what the runtime has to know of them. */
export function outsideCalls(options: LanguageModelOptions): OutsideCalls {
  return {
    atOnce: options.atOnce,
    // The predictor keeps its deadline by itself; the thread is ended only when that fails.
    runMs: options.deadlineMs + 30_000,
    environment: options.apiKeyVariable ? [options.apiKeyVariable] : []
  }
}

function checkEndpoint(endpoint: string, allowedHosts: unknown): void {
  if (!URL.canParse(endpoint)) throw wrong('endpoint')
  const url = new URL(endpoint)
  if (url.username || url.password || url.search || url.hash) throw wrong('endpoint', 'not-plain')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isNear = host === 'localhost' || loopback.has(host)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isNear)) throw wrong('endpoint', 'not-https')
  if (!Array.isArray(allowedHosts) || !allowedHosts.every(isText)) throw wrong('allowedHosts')
  if (!isListed(url, allowedHosts)) throw wrong('endpoint', 'host-not-listed')
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 500

function wrong(key: string, reason = 'predictor'): AppError {
  return new AppError('CONFIG_INVALID', { at: key ? `${AT}.${key}` : AT, reason })
}
