import type { BenchOptions, BenchRow } from '../../../server/cli/bench.ts'
import { check } from '../support/check.ts'
import { soak } from '../support/soak.ts'

/** 10 s, the default, stand for 100,000 inferences. */
const PER_SECOND = 10_000
/** Specs README section N. */
export const MOST_GROWTH = 1.03

/** Memory over many inferences. Rejects when one failed; growth beyond the limit rejects a whole run, a short one only says it. */
export async function soakRows({ seconds, say }: BenchOptions): Promise<BenchRow[]> {
  const inferences = Math.round(PER_SECOND * seconds)
  const { growth, failed, seconds: took, curve } = await soak(inferences, say)
  check('inferences that failed', failed, 0)
  say(`soak: ${inferences} inferences in ${took.toFixed(0)} s; MiB ${curve.map((mib) => mib.toFixed(0)).join(' ')}`)
  if (seconds >= 10 && growth > MOST_GROWTH)
    throw new Error(`soak: memory grew by ${((growth - 1) * 100).toFixed(1)} %`)
  return [{ name: 'inference.soak.rss.growth.ratio', value: growth, unit: '1', target: MOST_GROWTH }]
}
