import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DiagnosticReport } from '@medplum/fhirtypes'
import { systemClock } from '../../core/clock.ts'
import { createRuntime } from '../../inference/runtime/runtime.ts'
import { loadModule } from '../app/discover.ts'
import { inferFile } from '../inference/infer-file.ts'
import { decodeWaveformBlob } from '../record/waveform-blob.ts'

export interface MeasuredEcg {
  about: string
  conclusion: string
  /** Where the page lies. */
  pdf: string
}

/** ECGomics on one ECG of the day, behind the day: the alerts of the day do not share the machine with it. */
export async function measureOne(dataDir: string): Promise<MeasuredEcg> {
  const { module, url } = await loadModule('ecgomics')
  const runtime = createRuntime({ modules: [{ id: 'ecgomics', url }], roles: module.manifest.models, workers: 1 })
  await runtime.start()
  try {
    const waveform = decodeWaveformBlob(readFileSync(new URL('fixtures/ecg-normal.hbw', import.meta.url)))
    const bundle = await inferFile(module, { waveform, age: 64, sex: 'male' }, { runtime, clock: systemClock })
    const report = bundle.entry
      ?.map(({ resource }) => resource)
      .find((resource): resource is DiagnosticReport => resource?.resourceType === 'DiagnosticReport')
    const pdf = join(dataDir, 'ecgomics.pdf')
    writeFileSync(pdf, Buffer.from(report?.presentedForm?.[0]?.data ?? '', 'base64'))
    return { about: "Bruno's ECG", conclusion: report?.conclusion ?? '', pdf }
  } finally {
    await runtime.stop()
  }
}
