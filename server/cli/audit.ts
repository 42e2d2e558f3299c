import { auditFlipsCommand } from './audit-flips.ts'
import { auditMatchedCommand } from './audit-matched.ts'
import { type Command, UsageError } from './command.ts'

const PARTS: Record<string, (args: string[]) => Promise<number>> = {
  flips: auditFlipsCommand,
  matched: auditMatchedCommand
}

/** Is a score fair to the same person in another group? Ours, a language model's, or a bought one. */
export const audit: Command = {
  name: 'audit',
  usage:
    'audit flips <module | score:ID> [--data DIR | --to mllp://host:port | --to DESTINATION] [--listen [HOST:]PORT] [--code SYSTEM|CODE] ' +
    '[--scale probability | percent | points:MIN-MAX] [--accept-synthetic] [--stays N] [--seed N] [--attributes sex,race,age,again] ' +
    '[--timeout SECONDS] [--ward TEXT] [--policy JSON] [--out DIR] [--json] | audit matched --data FILE --score COLUMN --attribute COLUMN ' +
    '[--groups A,B] [--inputs COLUMN,...] [--id COLUMN] [--caliper SD] [--json]',
  summary:
    'ask a predictor about the same stays again with one protected attribute changed: change with interval by attribute and band of risk, and whether the inputs tell the attribute',
  async run([part = '', ...args]) {
    const run = Object.hasOwn(PARTS, part) ? PARTS[part] : undefined
    if (!run) throw new UsageError(`name what is audited: ${Object.keys(PARTS).join(', ')}`)
    return run(args)
  }
}
