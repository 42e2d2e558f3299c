import type { Sent } from '../../../core/destination.ts'

/** Whatever is not AA has failed for good (answers.test.ts only). */
export const finalUnlessAccepted = (code: string | undefined): Sent =>
  code === 'AA' ? { kind: 'delivered' } : { kind: 'refused', code: code ?? 'TIMEOUT' }
