import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AppError } from '../../core/errors/app-error.ts'
import { readPeers } from '../../core/peers.ts'
import { DEFAULTS, DESTINATION_DEFAULTS, FEED_DEFAULTS, MODULE_DEFAULTS } from './defaults.ts'
import type { Config, DestinationConfig, FeedConfig, ModuleConfig } from './schema.ts'
import { SECTIONS } from './sections/index.ts'
import { refuseSplitOnEmbeddedParts } from './sections/roles.ts'
import type { Section } from './sections/section.ts'

type Plain = Record<string, unknown>

/**
 * The configuration: defaults, then the file, then HISBUNDLE_... environment variables ('HISBUNDLE_HTTP_PORT=0').
 * Unknown keys are refused with their position, so a misspelt key is never silently the default.
 */
export function loadConfig(options: { file?: string; env?: NodeJS.ProcessEnv; override?: Plain } = {}): Config {
  const file = options.file ?? 'hisbundle.config.json'
  const fromFile = existsSync(file) ? parseFile(file) : options.file ? missing(file) : {}
  const merged = [fromFile, fromEnvironment(options.env ?? process.env), options.override ?? {}].reduce<Plain>(
    (config, layer) => merge(config, layer, ''),
    structuredClone(DEFAULTS) as unknown as Plain
  )
  for (const [name, section] of Object.entries(SECTIONS) as [string, Section<object>][])
    merged[name] = section.complete(merged[name] as object)
  return complete(merged as unknown as Config)
}

function parseFile(file: string): Plain {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Plain
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', { at: 'file', reason: 'not-json', cause })
  }
}

function missing(file: string): never {
  throw new AppError('CONFIG_INVALID', { at: 'file', reason: 'not-found', cause: file })
}

/** Free maps: their keys are names of the site's choosing; the keys of one module are checked by `complete`. */
const isFree = (path: string): boolean => path === 'modules' || path.startsWith('modules.')

function merge(base: Plain, layer: Plain, path: string): Plain {
  const out: Plain = { ...base }
  for (const [key, value] of Object.entries(layer)) {
    const at = path ? `${path}.${key}` : key
    if (key === '__proto__' || (!(key in base) && !isFree(path) && !OPTIONAL.has(at))) {
      throw new AppError('CONFIG_INVALID', { at, reason: 'unknown-key' })
    }
    const current = base[key]
    out[key] = isPlain(value) && isPlain(current) ? merge(current, value, at) : value
  }
  return out
}

/** Keys that have no default. */
const OPTIONAL = new Set([
  'models.root',
  'models.maxMiB',
  'inference.workers',
  ...Object.entries(SECTIONS).flatMap(([name, { optional }]) => optional.map((key) => `${name}.${key}`))
])

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fromEnvironment(env: NodeJS.ProcessEnv): Plain {
  const layer: Plain = {}
  const sections = Object.keys(DEFAULTS)
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('HISBUNDLE_') || name === 'HISBUNDLE_DATA' || text === undefined) continue
    const words = name.slice('HISBUNDLE_'.length).toLowerCase().split('_')
    const section =
      sections.find((key) => key.toLowerCase() === words[0]) ??
      sections.find((key) => key.toLowerCase() === words.join(''))
    if (!section) throw new AppError('CONFIG_INVALID', { at: name, reason: 'unknown-variable' })
    const value = parseValue(text)
    const defaults = (DEFAULTS as unknown as Plain)[section]
    if (!isPlain(defaults) || section.toLowerCase() === words.join('')) {
      layer[section] = value
      continue
    }
    const rest = words.slice(1).join('')
    const key = [
      ...Object.keys(defaults),
      ...[...OPTIONAL].filter((o) => o.startsWith(`${section}.`)).map((o) => o.split('.')[1]!)
    ].find((candidate) => candidate.toLowerCase() === rest)
    if (!key) throw new AppError('CONFIG_INVALID', { at: name, reason: 'unknown-variable' })
    layer[section] = { ...(layer[section] as Plain | undefined), [key]: value }
  }
  return layer
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function complete(config: Config): Config {
  const list = <T extends Plain>(items: unknown, defaults: object, at: string, required: string[]): T[] => {
    if (!Array.isArray(items)) throw new AppError('CONFIG_INVALID', { at, reason: 'not-a-list' })
    return items.map((item, i) => withDefaults(item, defaults, `${at}[${i}]`, required) as T)
  }
  const feeds = list<FeedConfig & Plain>(config.feeds, FEED_DEFAULTS, 'feeds', ['name', 'transport'])
  const destinations = list<DestinationConfig & Plain>(config.destinations, DESTINATION_DEFAULTS, 'destinations', [
    'name',
    'kind',
    'address'
  ])
  const modules = Object.fromEntries(
    Object.entries(config.modules).map(([id, raw]) => [
      id,
      withDefaults(raw, MODULE_DEFAULTS, `modules.${id}`, []) as unknown as ModuleConfig
    ])
  )
  const names = new Set<string>()
  for (const { name } of [...feeds, ...destinations]) {
    if (names.has(name)) throw new AppError('CONFIG_INVALID', { at: 'feeds', reason: 'name-used-twice' })
    names.add(name)
  }
  for (const [i, feed] of feeds.entries()) {
    if (feed.replyTo && !destinations.some((d) => d.name === feed.replyTo)) {
      throw new AppError('CONFIG_INVALID', { at: `feeds[${i}].replyTo`, reason: 'no-such-destination' })
    }
  }
  for (const [id, module] of Object.entries(modules)) {
    if (!['off', 'shadow', 'advisory'].includes(module.mode))
      throw new AppError('CONFIG_INVALID', { at: `modules.${id}.mode`, reason: 'value' })
    const a = module.approval
    if (module.mode === 'advisory' && !(a?.approver && a.date && a.modelSha256 && a.threshold && a.evaluation)) {
      throw new AppError('CONFIG_INVALID', { at: `modules.${id}.approval`, reason: 'advisory-needs-approval' })
    }
  }
  refuseOpenDoor(config, feeds)
  refuseSplitOnEmbeddedParts(config)
  return { ...config, dataDir: resolve(config.dataDir), feeds, destinations, modules }
}

function withDefaults(item: unknown, defaults: object, at: string, required: string[]): Plain {
  if (!isPlain(item)) throw new AppError('CONFIG_INVALID', { at, reason: 'not-an-object' })
  for (const key of Object.keys(item)) {
    if (!(key in defaults)) throw new AppError('CONFIG_INVALID', { at: `${at}.${key}`, reason: 'unknown-key' })
  }
  for (const key of required) {
    if (!item[key]) throw new AppError('CONFIG_INVALID', { at: `${at}.${key}`, reason: 'required' })
  }
  return { ...defaults, ...item }
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

/**
 * The server binds elsewhere than loopback only with authentication (HTTP), or where a feed says which addresses or which
 * client certificates it takes. An AE title is no such thing: whoever calls may say any.
 */
function refuseOpenDoor(config: Config, feeds: FeedConfig[]): void {
  if (!LOOPBACK.test(config.http.host) && config.auth.mode === 'none') {
    throw new AppError('CONFIG_INVALID', { at: 'http.host', reason: 'needs-auth' })
  }
  for (const [i, feed] of feeds.entries()) {
    const asks = feed.peers === undefined ? [] : readPeers(feed.peers, `feeds[${i}].peers`).asks
    const { host } = feed.options
    const isGuarded = asks.includes('addresses') || asks.includes('clientCertificates')
    if (host !== undefined && !LOOPBACK.test(String(host)) && !isGuarded) {
      throw new AppError('CONFIG_INVALID', { at: `feeds[${i}].options.host`, reason: 'needs-peers' })
    }
  }
}
