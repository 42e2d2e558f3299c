import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LeadMark } from '../../../inference/modules/ecgomics/judge/marks.ts'

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

/** Python that has the packages of peers/requirements.txt: BENCH_PYTHON, else python3. */
const python = (): string => process.env['BENCH_PYTHON'] ?? 'python3'

/** Whether the Python of this machine has NeuroKit2; without it a table or row stands without its peer, and says so. */
export async function hasNeurokit(): Promise<boolean> {
  const child = spawn(python(), ['-c', 'import neurokit2'], { stdio: 'ignore' })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/** @param folder of the .hea and .dat files @param names records in it */
export async function* neurokitMarks(folder: string, names: readonly string[]): AsyncIterable<NeurokitMarks> {
  for await (const line of lines(['marks', folder, ...names])) yield JSON.parse(line) as NeurokitMarks
}

/** Whole recordings a second, all leads. @param file float64, lead after lead, mV */
export async function neurokitPerSecond(
  file: string,
  { leads, rateHz, seconds }: { leads: number; rateHz: number; seconds: number }
): Promise<number> {
  for await (const line of lines(['time', file, `${leads}`, `${rateHz}`, `${seconds}`]))
    return (JSON.parse(line) as { perSecond: number }).perSecond
  throw new Error('NeuroKit2 gave no time')
}

async function* lines(args: readonly string[]): AsyncIterable<string> {
  const child = spawn(python(), [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    yield* createInterface(child.stdout)
  } finally {
    child.kill()
  }
}
