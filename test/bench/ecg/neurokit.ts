import { fileURLToPath } from 'node:url'
import type { LeadMark } from '../../../inference/modules/ecgomics/judge/marks.ts'
import { hasPackage, linesOf } from './python.ts'

const SCRIPT = fileURLToPath(new URL('./peers/neurokit_marks.py', import.meta.url))

export type NeurokitMethod = 'dwt' | 'peak'

/** NeuroKit2's marks in one record by one of its methods. */
export interface NeurokitMarks {
  record: string
  method: NeurokitMethod
  marks: LeadMark[]
  /** Leads in which it raised an error. */
  failedLeads: number
}

/** Whether NeuroKit2 can be asked here. */
export const hasNeurokit = (): Promise<boolean> => hasPackage('neurokit2')

/** @param folder of the .hea and .dat files @param names records in it */
export async function* neurokitMarks(folder: string, names: readonly string[]): AsyncIterable<NeurokitMarks> {
  for await (const line of linesOf(SCRIPT, ['marks', folder, ...names])) yield JSON.parse(line) as NeurokitMarks
}

/** Whole recordings a second, all leads. @param file float64, lead after lead, mV */
export async function neurokitPerSecond(
  file: string,
  { leads, rateHz, seconds }: { leads: number; rateHz: number; seconds: number }
): Promise<number> {
  for await (const line of linesOf(SCRIPT, ['time', file, `${leads}`, `${rateHz}`, `${seconds}`]))
    return (JSON.parse(line) as { perSecond: number }).perSecond
  throw new Error('NeuroKit2 gave no time')
}
