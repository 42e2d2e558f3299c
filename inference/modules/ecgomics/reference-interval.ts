import { definitionOf } from './features/catalogue.ts'
import type { FeatureDefinition } from './types.ts'

type Interval = NonNullable<FeatureDefinition['interval']>[number]

/** The reference interval of a feature that holds for this person; one for a sex holds for no other and no unknown one. */
export const referenceInterval = (id: string, { sex }: { sex?: string }): Interval | undefined =>
  definitionOf(id).interval?.find((interval) => interval.sex === undefined || interval.sex === sex)
