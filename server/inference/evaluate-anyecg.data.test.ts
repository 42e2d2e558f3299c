import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { dataPath, dataTest } from '../../test/support/data.ts'
import type { Evaluation } from './evaluation.ts'

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url))

/** As a process of its own: measuring hundreds of tracings under a test runner takes fifty times as long. */
async function evaluated(...options: string[]): Promise<Evaluation> {
  const args = [MAIN, 'evaluate', 'anyecg', '--data', dataPath('ecg/ptbxl'), '--json', ...options]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(stdout) as Evaluation
}

dataTest(
  'the delivered part of PTB-XL is all training: left out by its hashes, and judged where that is asked for',
  async () => {
    const unseen = await evaluated()
    expect([unseen.data.n, unseen.refused]).toEqual([0, [{ code: 'training-record', n: 353 }]])

    const { metrics, baselines, refused, data } = await evaluated('--include-training')
    expect(data.name).toContain('training records included')
    // The gate takes nearly all of what a hospital's archive holds.
    expect(data.n).toBeGreaterThan(300)
    expect(refused.find(({ code }) => code === 'quality-unacceptable')!.n).toBeLessThan(30)
    const value = (name: string) =>
      metrics.find((row) => row.name === name && row.group === undefined)?.value ?? Number.NaN
    for (const label of ['NORM', 'MI', 'STTC', 'CD', 'HYP']) {
      expect([label, value(`auroc.${label}`) > 0.75]).toEqual([label, true])
      expect([label, value(`auroc.gain.${label}`) > 0]).toEqual([label, true])
    }
    expect(metrics.find(({ name }) => name === 'auroc.macro')).toMatchObject({
      note: 'mean over NORM, MI, STTC, CD, HYP'
    })
    const named = new Set(baselines.filter(({ metric }) => metric === 'auroc.macro').map(({ name }) => name))
    expect([...named]).toEqual(['age-sex', 'logistic-ecgomics'])
  },
  900_000
)
