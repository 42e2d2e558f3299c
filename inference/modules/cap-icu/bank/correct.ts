import type { CaseBank, RetrievedCase } from '../types.ts'

/** No single case counts for more, in logits (specs 06 section 4). */
export const MAX_ERROR = 1.5

/**
 * Logits by which the retrieved mispredictions move the estimate (specs 06 section 4): k sum(s e) / (sum s + lambda), held to
 * +-cap, with s the similarity and e the signed logit residual of the case.
 *
 * The direction is the sign of outcome minus prediction, whatever the stored residual says: the paper's code read it from the
 * wording of a sentence.
 *
 * @example one case of similarity .9 that died with residual 1, { k: 1, lambda: 2, cap: .7 } // 0.3103448275862069
 */
export function correction(
  cases: readonly RetrievedCase[],
  { k, lambda, cap }: Pick<CaseBank['correction'], 'k' | 'lambda' | 'cap'>
): number {
  let [weighted, similarities] = [0, 0]
  for (const { case: one, similarity } of cases) {
    weighted += similarity * Math.sign(one.died - one.predicted) * Math.min(MAX_ERROR, Math.abs(one.error))
    similarities += similarity
  }
  if (similarities === 0) return 0
  return Math.min(cap, Math.max(-cap, (k * weighted) / (similarities + lambda)))
}

/** How a case of the bank had been mispredicted, in words (specs 06 section 3): below .2 low, .2 to .4 mild, from .4 high. */
export function errorInWords({ died, predicted }: { died: 0 | 1; predicted: number }): string {
  const size = Math.abs(died - predicted)
  const degree = size < 0.2 ? 'slightly' : size < 0.4 ? 'mildly' : 'highly'
  return `${degree} ${died > predicted ? 'underestimated' : 'overestimated'}`
}
