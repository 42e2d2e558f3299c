import type { EvaluationCase } from '../../../../core/inference-module.ts'
import { ROLE_24H, ROLE_48H, ROLE_SUPPORT2 } from '../manifest.ts'
import { challengeCases } from './challenge.ts'
import { locate } from './locate.ts'
import { readColumns } from './own/columns.ts'
import { ownCases } from './own/own-table.ts'
import { support2Cases } from './support2.ts'

/**
 * The labelled cases of a folder (docs/evaluate.md): SUPPORT2, a set of the PhysioNet/CinC Challenge 2012, or a hospital's own
 * tables with a column map.
 *
 * @throws AppError BAD_REQUEST with reason and position: file, line or column
 */
export async function* dataset(dir: string): AsyncIterable<EvaluationCase> {
  const located = await locate(dir)
  if (located.kind === 'support2') yield* support2Cases(located.file)
  else if (located.kind === 'own') yield* ownCases(located.columns)
  else for (const set of located.sets) yield* challengeCases(set)
}

/** The model that serves the leading label of a folder. */
export async function roleFor(dir: string): Promise<string> {
  const located = await locate(dir)
  if (located.kind === 'support2') return ROLE_SUPPORT2
  if (located.kind === 'challenge') return ROLE_24H
  const { role, window } = await readColumns(located.columns)
  return role ?? (window === 48 ? ROLE_48H : ROLE_24H)
}
