import { CLASSES, type ClassProbabilities } from './probabilities.ts'

/**
 * Each lead's answer drawn towards the mean of all leads: all look at one heart, so a wave seen by most is believed in the
 * lead where noise hides it, and one seen by a single lead (a fibrillation wave taken for P) loses.
 *
 * @param leads equal lengths
 * @param own part of a lead's own answer that is kept, 0..1
 */
export function poolOverLeads(leads: readonly ClassProbabilities[], own: number): ClassProbabilities[] {
  if (leads.length < 2) return [...leads]
  const mean = Object.fromEntries(
    CLASSES.map((name) => {
      const sum = new Float32Array(leads[0]![name].length)
      for (const lead of leads) for (let i = 0; i < sum.length; i++) sum[i]! += lead[name][i]!
      return [name, sum.map((value) => value / leads.length)]
    })
  ) as ClassProbabilities
  return leads.map(
    (lead) =>
      Object.fromEntries(
        CLASSES.map((name) => [name, lead[name].map((value, i) => own * value + (1 - own) * mean[name][i]!)])
      ) as ClassProbabilities
  )
}
