import { AppError } from '../../../core/errors/app-error.ts'

/** Loopback only: this listener has no authentication. */
export interface Options {
  port: number
  /** One message. */
  maxBytes: number
  /** A connection that is silent for so long, and waits for no answer, is closed. */
  idleTimeoutMs: number
  maxConnections: number
}

const LIMITS: Readonly<Record<keyof Options, { min: number; max: number; preset: number }>> = {
  port: { min: 0, max: 65_535, preset: 0 },
  maxBytes: { min: 1, max: 2 ** 30, preset: 16 * 1024 * 1024 },
  idleTimeoutMs: { min: 1, max: 86_400_000, preset: 60_000 },
  maxConnections: { min: 1, max: 10_000, preset: 64 }
}

/** @throws AppError CONFIG_INVALID naming the option (reason 'unknown-option' or 'value') */
export function readOptions(raw: Record<string, unknown>): Options {
  const unknown = Object.keys(raw).find((name) => !Object.hasOwn(LIMITS, name))
  if (unknown) throw new AppError('CONFIG_INVALID', { at: `__NAME__.${unknown}`, reason: 'unknown-option' })
  const read = Object.entries(LIMITS).map(([name, { min, max, preset }]) => {
    const value = raw[name] ?? preset
    const isValid = typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
    if (!isValid) throw new AppError('CONFIG_INVALID', { at: `__NAME__.${name}`, reason: 'value' })
    return [name, value]
  })
  return Object.fromEntries(read) as Options
}
