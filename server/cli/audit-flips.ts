import { randomBytes } from 'node:crypto'
import { moduleNames } from '../app/discover.ts'
import { loadConfig } from '../config/load.ts'
import { type AuditedStay, auditFlips, type FlipAudit } from '../scores/flips/audit-flips.ts'
import { flipText } from '../scores/flips/flip-text.ts'
import { simulatedStays, staysOfFolder } from '../scores/flips/module-stays.ts'
import { moduleTarget } from '../scores/flips/module-target.ts'
import { ATTRIBUTES, type Attribute } from '../scores/flips/twins.ts'
import { writeAudit } from '../scores/flips/write-audit.ts'
import { type SimulatedStay, simulatedStay } from '../scores/simulated-stays.ts'
import { vendorSettings } from '../scores/vendor/vendor-settings.ts'
import { vendorTarget } from '../scores/vendor/vendor-target.ts'
import { optionText, type ParsedArgs, parseArgs, UsageError } from './command.ts'
import { withModule } from './module-runtime.ts'

const VALUES = [
  'data',
  'to',
  'listen',
  'code',
  'scale',
  'stays',
  'seed',
  'attributes',
  'timeout',
  'ward',
  'policy',
  'out'
]
const DRAWS = 2000
/** What a vendor is told of a stay. */
const HOURS = 24
const ACK_TIMEOUT_MS = 10_000
/** A vendor may say an early score and then a better one. */
const SETTLE_MS = 1000

/** Exit 0: every question was answered or refused; 1: some were not, or nothing could be asked. */
export async function auditFlipsCommand(args: string[]): Promise<number> {
  const { positional, options } = parseArgs(args, { flags: ['json', 'accept-synthetic'], values: VALUES })
  const [target, ...more] = positional
  if (!target || more.length > 0) throw new UsageError('name one target')
  const settings = readSettings(options)
  const isModule = moduleNames().includes(target)
  if (!isModule && !optionText(options, 'to'))
    throw new UsageError(`name a module (${moduleNames().join(', ')}), or a score and --to`)
  const audit = isModule ? await auditModule(target, options, settings) : await auditVendor(target, options, settings)
  const whole = { ...audit, settings: { ...settings } }
  const out = optionText(options, 'out')
  if (out) await writeAudit(out, whole)
  const { changes: _changes, ...summary } = whole
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`)
  else process.stdout.write(`${flipText(audit).join('\n')}\n`)
  return audit.answered > 0 && Object.keys(audit.questions.unanswered).length === 0 ? 0 : 1
}

interface Settings {
  stays: number
  seed: number
  attributes: Attribute[]
}

function readSettings(options: ParsedArgs['options']): Settings {
  const wanted = (optionText(options, 'attributes') ?? ATTRIBUTES.join(',')).split(',')
  const attributes = ATTRIBUTES.filter((one) => wanted.includes(one))
  if (attributes.length !== wanted.length) throw new UsageError(`--attributes names some of ${ATTRIBUTES.join(',')}`)
  return {
    attributes,
    stays: whole(options, 'stays', { otherwise: 200, most: 5000 }),
    seed: whole(options, 'seed', { otherwise: 1, most: 1e9 })
  }
}

function whole(
  options: ParsedArgs['options'],
  name: string,
  { otherwise, most }: { otherwise: number; most: number }
): number {
  const text = optionText(options, name)
  if (text === undefined) return otherwise
  const number = Number(text)
  if (!(/^\d+$/.test(text) && number >= 1 && number <= most))
    throw new UsageError(`--${name} is a whole number from 1 to ${most}`)
  return number
}

async function auditModule(
  id: string,
  options: ParsedArgs['options'],
  { stays, seed, attributes }: Settings
): Promise<FlipAudit> {
  const dir = optionText(options, 'data')
  if (!dir && id !== 'cap-icu')
    throw new UsageError('recordings are not simulated here: name a labelled folder with --data')
  return withModule(
    id,
    async (module, runtime, policy) => {
      const target = moduleTarget(module, { runtime, policy, onProgress: progress('questions') })
      const asked = dir ? await staysOfFolder(module, dir, stays) : simulatedStays(stays, seed)
      return auditFlips(target, asked, { attributes, draws: DRAWS })
    },
    optionText(options, 'policy')
  )
}

async function auditVendor(
  name: string,
  options: ParsedArgs['options'],
  { stays, seed, attributes }: Settings
): Promise<FlipAudit> {
  const settings = vendorSettings(
    {
      target: name,
      to: optionText(options, 'to')!,
      listen: optionText(options, 'listen') ?? '0',
      code: optionText(options, 'code'),
      scale: optionText(options, 'scale'),
      acceptSynthetic: options['accept-synthetic'] === true
    },
    loadConfig()
  )
  const { receiver, ...vendor } = settings
  const target = vendorTarget({
    ...vendor,
    run: randomBytes(4).toString('hex').toUpperCase(),
    seed,
    messages: { now: new Date(), hours: HOURS, ward: optionText(options, 'ward') ?? 'ICU', ...receiver },
    ackTimeoutMs: ACK_TIMEOUT_MS,
    answerTimeoutMs: 1000 * whole(options, 'timeout', { otherwise: 60, most: 86_400 }),
    settleMs: SETTLE_MS,
    onListening: (address) => process.stderr.write(`scores are awaited at ${address}\n`),
    onProgress: progress('people')
  })
  const asked: AuditedStay<SimulatedStay>[] = Array.from({ length: stays }, (_, i) => {
    const stay = simulatedStay(seed + i)
    return { id: stay.id, stay, person: { sex: stay.sex, race: stay.race, age: stay.age } }
  })
  return auditFlips(target, asked, { attributes, draws: DRAWS })
}

function progress(what: string): (done: number, of: number) => void {
  return (done, of) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} ${what}${done === of ? '\n' : ''}`)
  }
}
