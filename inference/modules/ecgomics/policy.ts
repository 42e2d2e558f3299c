import { AppError } from '../../../core/errors/app-error.ts'
import type { EcgomicsParameters } from './types.ts'

export const DEFAULT_PARAMETERS: EcgomicsParameters = Object.freeze({
  filter: 'mean-decomposition',
  lowHz: 0.5,
  highHz: 150,
  mainsHz: 'auto',
  detector: 'energy',
  delineator: 'fused',
  leads: [],
  bootstrapDraws: 200,
  seed: 1001
})

type Check = (value: unknown) => boolean

const isOneOf =
  (...choices: unknown[]): Check =>
  (value) =>
    choices.includes(value)
const isBetween =
  (low: number, high: number): Check =>
  (value) =>
    typeof value === 'number' && value >= low && value <= high
const isWhole =
  (low: number, high: number): Check =>
  (value) =>
    Number.isInteger(value) && isBetween(low, high)(value)

/** What each parameter may be; the words of docs/ecgomics.md. */
const CHECKS: Record<keyof EcgomicsParameters, Check> = {
  filter: isOneOf('mean-decomposition', 'band-pass', 'none'),
  lowHz: isBetween(0.05, 5),
  highHz: isBetween(15, 1000),
  mainsHz: isOneOf('auto', 0, 50, 60),
  detector: isOneOf('energy', 'gradient'),
  delineator: isOneOf('fused', 'classical', 'network'),
  leads: (value) => Array.isArray(value) && value.length <= 32 && value.every((name) => typeof name === 'string'),
  window: isWindow,
  bootstrapDraws: isWhole(0, 5000),
  seed: isWhole(0, 2 ** 31 - 1)
}

/**
 * The parameters of a run: the defaults, overridden by `policy.parameters` of the module's configuration.
 *
 * @throws AppError CONFIG_INVALID with the parameter's place: reason `unknown-key` or `value`
 * @example parametersOf({ parameters: { mainsHz: 50 } }).mainsHz // 50
 */
export function parametersOf(policy: Record<string, unknown>): EcgomicsParameters {
  const given = policy['parameters'] ?? {}
  if (!isRecord(given)) throw invalid('', 'value')
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(CHECKS, name)) throw invalid(name, 'unknown-key')
    if (!CHECKS[name as keyof EcgomicsParameters](value)) throw invalid(name, 'value')
  }
  const parameters = { ...DEFAULT_PARAMETERS, ...given } as EcgomicsParameters
  if (parameters.lowHz >= parameters.highHz) throw invalid('highHz', 'value')
  return parameters
}

function isWindow(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { fromS, toS } = value
  return typeof fromS === 'number' && typeof toS === 'number' && fromS >= 0 && toS > fromS && Number.isFinite(toS)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const invalid = (name: string, reason: string): AppError =>
  new AppError('CONFIG_INVALID', { at: ['modules.ecgomics.policy.parameters', name].filter(Boolean).join('.'), reason })
