import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRuntime, SHIPPED_MODELS } from '../../inference/runtime/runtime.ts'
import { prepareFor } from '../../inference/signal/preprocess/index.ts'
import { simulateEcg } from '../../server/demo/simulate/ecg.ts'
import { useFolder } from '../../server/models/choices.ts'
import { installFolder } from '../../server/models/install.ts'
import { writeFounderModel } from './support/heavy-model.ts'

const ROLE = 'ecg-encoder/1'

test('an encoder of the size and form of ECGFounder is checked, installed, swapped in and serves', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'founder-'))
  const root = join(dir, 'site')
  const runtime = createRuntime({ modules: [], siteRoot: root, roles: [ROLE, 'anyecg/1'], workers: 1 })
  await runtime.start()
  try {
    const before = runtime.model(ROLE).manifest.sha256
    writeFounderModel(join(dir, 'founder'))
    const { name, check } = await installFolder(join(dir, 'founder'), { root })
    expect([name, check.rows.filter(({ outcome }) => outcome === 'failed')]).toEqual(['founder', []])
    console.info(check.rows.map((row) => `${row.check}: ${row.outcome}, ${row.detail}`).join('\n'))
    await useFolder(ROLE, 'founder', { shippedRoot: SHIPPED_MODELS, siteRoot: root })
    const changes = await runtime.reload()
    const { manifest } = runtime.model(ROLE)
    expect(changes.find(({ role }) => role === ROLE)).toEqual({ role: ROLE, from: before, to: manifest.sha256 })

    const { samples } = simulateEcg({ seed: 1, potassium: 4 })
    const leads = [1, 2].map((mdc, i) => ({ mdc, samples: samples[i]! }))
    const { dims, data } = prepareFor(manifest, leads, 500)
    const times: number[] = []
    for (let i = 0; i < 10; i++) {
      const began = performance.now()
      const { embedding, statements } = await runtime.inferTensor(ROLE, { ecg: { dims, data } })
      times.push(performance.now() - began)
      expect([embedding!.dims, statements!.dims, embedding!.data.every(Number.isFinite)]).toEqual([
        [1, 1024],
        [1, 150],
        true
      ])
    }
    console.info(`through the pool ${times.sort((a, b) => a - b)[5]!.toFixed(1)} ms, median of 10`)
  } finally {
    await runtime.stop()
    rmSync(dir, { recursive: true })
  }
}, 600_000)
