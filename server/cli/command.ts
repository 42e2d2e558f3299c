/** One command of `hisbundle`. Exit 0 done, 1 failed, 2 bad usage; with --json stdout holds exactly one JSON object. */
export interface Command {
  name: string
  /** One line: arguments, then what it does. */
  usage: string
  summary: string
  run(args: string[]): Promise<number>
}

/** Thrown for a wrong call; printed with the command's usage, exit 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export interface ParsedArgs {
  positional: string[]
  options: Record<string, string | true>
}

/**
 * Splits '--name value', '--name=value' and '--flag' from the rest.
 * @param flags names that take no value
 * @param values names that take one
 * @throws UsageError for any other name
 */
export function parseArgs(
  args: string[],
  { flags = [], values = [] }: { flags?: string[]; values?: string[] }
): ParsedArgs {
  const positional: string[] = []
  const options: Record<string, string | true> = Object.create(null) as Record<string, string | true>
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (!arg.startsWith('--')) {
      positional.push(arg)
      continue
    }
    const [name = '', inline] = arg.slice(2).split(/=(.*)/s, 2)
    if (flags.includes(name) && inline === undefined) options[name] = true
    else if (values.includes(name)) {
      const value = inline ?? args[++i]
      if (value === undefined) throw new UsageError(`--${name} wants a value`)
      options[name] = value
    } else throw new UsageError(`unknown option --${name}`)
  }
  return { positional, options }
}

export const optionText = (options: ParsedArgs['options'], name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
