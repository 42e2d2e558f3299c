import { readFileSync } from 'node:fs'
import type { PhysicalSignal } from './physical.ts'
import { readRecord } from './record.ts'

interface Peer {
  rateHz: number
  names: string[]
  units: string[]
  physical: (number | null)[][]
}

const url = new URL('fixtures/signal-formats/records.json', import.meta.url)
const { files, expected } = JSON.parse(readFileSync(url, 'utf8')) as {
  files: Record<string, string>
  expected: Record<string, Peer>
}
const file = (name: string): Buffer | undefined =>
  files[name] === undefined ? undefined : Buffer.from(files[name], 'base64')

const steps = ({ samples, lead }: PhysicalSignal): (number | null)[] =>
  [...samples].map((value) => (Number.isNaN(value) ? null : Math.round(value / lead.resolution)))

// Expected: what wfdb-python reads from the same bytes (fixtures/signal-formats/README.md).
test.each(Object.entries(expected))('reads %s as wfdb-python does', (name, peer) => {
  const { signals, header, waveforms } = readRecord(file(`${name}.hea`)!.toString('utf8'), file)
  expect(header.rateHz).toBe(peer.rateHz)
  expect(signals.map(({ lead }) => lead.name)).toEqual(peer.names)
  for (const [i, signal] of signals.entries()) {
    const perUnit = peer.units[i] === 'uV' ? 1000 : 1
    expect(steps(signal)).toEqual(
      peer.physical[i]!.map((value) => (value === null ? null : Math.round(value / perUnit / signal.lead.resolution)))
    )
    for (const [k, value] of peer.physical[i]!.entries())
      if (value !== null) expect(signal.samples[k]).toBeCloseTo(value / perUnit, 12)
  }
  expect(waveforms.flatMap(({ samples }) => samples)).toHaveLength(signals.length)
})

test('covers every format that is read', () => {
  const covered = Object.keys(expected).flatMap((name) => /^f(\d+)$/.exec(name)?.[1] ?? [])
  expect(covered.map(Number).sort((a, b) => a - b)).toEqual([8, 16, 24, 32, 61, 80, 160, 212, 310, 311])
})
