import type { InferenceModule } from '../../../core/inference-module.ts'
import type { InferenceRuntime } from '../../../inference/runtime/runtime.ts'
import type { Answer } from './question.ts'
import type { Attribute } from './twins.ts'

/** What a module that flips by itself says of each attribute (cap-icu); others do not know. */
interface OwnFlip {
  attribute: Attribute
  change?: number
  baseChange?: number
}

/** Collects, while a module is asked, which attributes its answers can depend on. */
export interface WhatIsRead {
  /** An input with the attribute changed, beside the one as recorded. */
  noteInput(attribute: Attribute, changed: object, recorded: object): void
  noteFindings(findings: object): void
  noteAnswers(attribute: Attribute, recorded: Answer, changed: Answer): void
  isInput(attribute: Attribute, variant: string): boolean
}

/**
 * An attribute is informative for a variant when, in this order: the module says so of its own flips; it reaches the input, and
 * either a model of the module names it among its inputs or some answer moved with it. An attribute that merely stands in the
 * input (for a gate, for the paper) while no model takes it is not informative (rules section 12).
 */
export function whatIsRead(
  module: InferenceModule,
  runtime: Partial<Pick<InferenceRuntime, 'model'>>,
  policy: Record<string, unknown>
): WhatIsRead {
  const reaches = new Set<Attribute>()
  const own = new Map<string, boolean>()
  const moved = new Set<string>()
  const predictor = policy['predictor'] as { kind?: unknown; sendRace?: unknown } | undefined
  const asksModel = predictor?.kind === 'language-model'
  return {
    noteInput(attribute, changed, recorded) {
      if (!reaches.has(attribute) && plain(changed) !== plain(recorded)) reaches.add(attribute)
    },
    noteFindings(findings) {
      for (const { attribute, change, baseChange } of (findings as { flips?: OwnFlip[] }).flips ?? []) {
        for (const [part, value] of [
          ['served', change],
          ['base', baseChange]
        ] as const) {
          const key = `${attribute}|${part}`
          own.set(key, own.get(key) === true || value !== undefined)
        }
      }
    },
    noteAnswers(attribute, recorded, changed) {
      if (!('values' in recorded) || !('values' in changed)) return
      for (const [variant, value] of Object.entries(recorded.values))
        if (changed.values[variant] !== value) moved.add(`${attribute}|${variant}`)
    },
    isInput(attribute, variant) {
      if (attribute === 'again') return true
      const [part] = variant.split('.')
      // Race is told to a language model only where the site says so; cases are chosen by it all the same.
      if (asksModel && attribute === 'race' && part === 'base') return predictor.sendRace === true
      const said = own.get(`${attribute}|${part}`)
      if (said !== undefined) return said
      if (!reaches.has(attribute)) return false
      return asksModel || moved.has(`${attribute}|${variant}`) || isDeclared(module, runtime, attribute)
    }
  }
}

/** Whether a model names the attribute among its inputs or their columns; unknown where no model can be looked at: then yes. */
function isDeclared(
  { manifest }: InferenceModule,
  { model }: Partial<Pick<InferenceRuntime, 'model'>>,
  attribute: string
): boolean {
  if (!model) return true
  return manifest.models.some((role) => {
    try {
      const names = model(role).manifest.inputs.flatMap(({ name, features = [] }) => [name, ...features])
      return names.some((name) => name === attribute || name.startsWith(`${attribute}.`))
    } catch {
      // A role without a model answers nothing.
      return false
    }
  })
}

/** An input without its samples: those are the same ones. */
const plain = (input: object): string =>
  JSON.stringify(input, (_key, value: unknown) => (ArrayBuffer.isView(value) ? value.byteLength : value))
