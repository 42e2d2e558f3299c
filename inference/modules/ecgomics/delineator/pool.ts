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
  const pooled = leads.map((): Partial<ClassProbabilities> => ({}))
  for (const name of CLASSES) {
    const mean = new Float32Array(leads[0]![name].length)
    for (const { [name]: row } of leads)
      for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + row[i]! / leads.length
    leads.forEach((lead, n) => {
      const row = Float32Array.from(lead[name])
      for (let i = 0; i < row.length; i++) row[i] = own * row[i]! + (1 - own) * mean[i]!
      pooled[n]![name] = row
    })
  }
  return pooled as ClassProbabilities[]
}
