import { AppError } from '../core/errors/app-error.ts'

/**
 * The options of a transport over its defaults, each judged by its check.
 *
 * @param transport its name, for the position
 * @throws AppError CONFIG_INVALID naming the option (reason 'unknown-option' or 'value')
 */
export function readOptions<Options extends object>(
  transport: string,
  raw: Record<string, unknown>,
  { checks, defaults }: { checks: Readonly<Record<keyof Options, (value: unknown) => boolean>>; defaults: Options }
): Options {
  const given = Object.entries(raw).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) {
    const at = `${transport}.${name}`
    if (!Object.hasOwn(checks, name)) throw new AppError('CONFIG_INVALID', { at, reason: 'unknown-option' })
    if (!checks[name as keyof Options](value)) throw new AppError('CONFIG_INVALID', { at, reason: 'value' })
  }
  return { ...defaults, ...Object.fromEntries(given) }
}
