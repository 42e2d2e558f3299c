// Writes server/demo/fixtures: simulated ECGs as waveform blobs and a simulated cine stack. Same seeds, same bytes:
// `env node scripts/make-demo-fixtures.ts && git diff --exit-code server/demo/fixtures`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { simulateCine } from '../server/demo/simulate/cine.ts'
import { type SimulatedEcg, simulateEcg } from '../server/demo/simulate/ecg.ts'
import { encodeWaveformBlob } from '../server/record/waveform-blob.ts'

const dir = new URL('../server/demo/fixtures/', import.meta.url)
mkdirSync(dir, { recursive: true })

const ECGS: Record<string, SimulatedEcg> = {
  'ecg-high-potassium': { seed: 101, potassium: 8.2, heartRate: 66 },
  'ecg-normal': { seed: 102, potassium: 4.2, heartRate: 72 },
  'ecg-normal-2': { seed: 103, potassium: 4.0, heartRate: 80 },
  'ecg-raised-potassium': { seed: 104, potassium: 7.6, heartRate: 90 }
}
for (const [name, options] of Object.entries(ECGS)) {
  writeFileSync(new URL(`${name}.hbw`, dir), encodeWaveformBlob(simulateEcg(options)))
}
const flat = simulateEcg({ seed: 105 })
writeFileSync(
  new URL('ecg-electrode-off.hbw', dir),
  encodeWaveformBlob({ ...flat, samples: flat.samples.map((lead) => lead.map(() => 0)) })
)

/** Header line of JSON, then frames of 16-bit little-endian pixels, slice by slice, phase by phase. */
const CINE = { seed: 201, slices: 3, phases: 10, size: 64 }
const frames = simulateCine(CINE)
writeFileSync(
  new URL('cine.bin', dir),
  Buffer.concat([Buffer.from(`${JSON.stringify(CINE)}\n`), ...frames.map(({ pixels }) => Buffer.from(pixels.buffer))])
)
