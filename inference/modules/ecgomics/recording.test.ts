import type { Waveform } from '../../../core/waveform.ts'
import { inputFrom } from './recording.ts'

const waveform = (leads: readonly { name: string; mdc?: number; unit?: string }[]): Waveform => ({
  kind: 'rhythm',
  rateHz: 360,
  leads: leads.map(({ name, mdc, unit = 'mV' }) => ({ name, unit, resolution: 0.005, ...(mdc ? { mdc } : {}) })),
  samples: leads.map(() => new Float64Array(3600)),
  gaps: []
})

test.each([
  ['both leads of an ambulatory recorder', [{ name: 'MLII' }, { name: 'V1', mdc: 3 }], ['MLII', 'V1']],
  [
    'no pressure and no brain waves beside a lead',
    [{ name: 'II', mdc: 2 }, { name: 'ABP', unit: 'mmHg' }, { name: 'Fpz-Cz' }],
    ['II']
  ],
  ['what is in millivolts where no name is known', [{ name: 'chan 1' }, { name: 'resp', unit: 'L' }], ['chan 1']],
  ['all where nothing else is left to say', [{ name: 'chan 1', unit: 'NU' }], ['chan 1']]
])('takes %s', (_what, leads, names) => {
  expect(inputFrom({ waveform: waveform(leads) }).leads.map(({ name }) => name)).toEqual(names)
})
