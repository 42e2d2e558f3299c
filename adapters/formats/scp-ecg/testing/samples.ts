import type { HuffmanTable } from '../sections/section-2.ts'
import { encodeHealForce, type HealForceInput } from './encode-heal-force.ts'
import { encodeScp, type ScpInput, text } from './encode-scp.ts'

const RATE_HZ = 500
const INTERVAL_US = 2000
const NANOVOLTS = 2500
const BEATS = [150, 600]
/** Not a whole number of groups of four: the last two samples stand alone. */
const LENGTH = 842

/** P, QRS and T as sums of bumps; bits of 2.5 uV, sample `at` after the R peak. */
function waveAt(at: number, lead: number): number {
  const bump = (centre: number, width: number, height: number): number =>
    height * Math.exp(-(((at - centre) / width) ** 2))
  const size = [1, 1.4, 0.7, 1.2][lead % 4]!
  return size * (bump(-80, 18, 50) + bump(0, 6, 420) - bump(-9, 5, 60) - bump(10, 6, 110) + bump(120, 35, 130))
}

/** Two beats of four leads: nothing between them, so that a reduced rate loses nothing there. */
export function simulatedSamples(length = LENGTH): Int16Array[] {
  return [0, 1, 2, 3].map((lead) =>
    Int16Array.from({ length }, (_, n) => Math.round(BEATS.reduce((sum, beat) => sum + waveAt(n - beat, lead), 0)))
  )
}

const LEAD_CODES = [1, 2, 3, 8]
const leads = (): ScpInput['leads'] => simulatedSamples().map((samples, n) => ({ code: LEAD_CODES[n]!, samples }))
const common = { nanovoltsPerBit: NANOVOLTS, intervalUs: INTERVAL_US }

/** R peak of the reference beat at its sample 100, numbers counted from 1. */
const beatSamples = [0, 1, 2, 3].map((lead) =>
  Int16Array.from({ length: 300 }, (_, n) => Math.round(waveAt(n - 99, lead)))
)
const complexes = BEATS.map((beat) => ({
  type: 0,
  from: Math.max(1, beat + 1 - 99),
  fiducial: beat + 1,
  to: Math.min(LENGTH, beat + 1 + 150)
}))

/** Table 1: 0, +-1 short, up to 12 bits; what is larger by a change to table 2 and back. */
export const CUSTOM_TABLES: readonly HuffmanTable[] = [
  [
    { prefixBits: 1, entireBits: 1, isValue: true, baseValue: 0, baseCode: 0b0 },
    { prefixBits: 3, entireBits: 3, isValue: true, baseValue: 1, baseCode: 0b001 },
    { prefixBits: 3, entireBits: 3, isValue: true, baseValue: -1, baseCode: 0b101 },
    { prefixBits: 3, entireBits: 9, isValue: true, baseValue: 0, baseCode: 0b011 },
    { prefixBits: 3, entireBits: 3, isValue: false, baseValue: 2, baseCode: 0b111 }
  ],
  [
    { prefixBits: 1, entireBits: 17, isValue: true, baseValue: 0, baseCode: 0 },
    { prefixBits: 1, entireBits: 1, isValue: false, baseValue: 1, baseCode: 1 }
  ]
]

/** P wave to T wave of each beat; between zones lie whole groups of four. */
const zones = BEATS.map((beat) => ({ from: Math.floor((beat - 140) / 4) * 4 + 1, to: Math.ceil((beat + 220) / 4) * 4 }))

/** The fixtures by name: each shows one thing of the standard, over the same tracing. */
export const SCP_SAMPLES: Readonly<Record<string, ScpInput>> = {
  'huffman-default-second-difference': { ...common, leads: leads() },
  'huffman-custom-first-difference': { ...common, leads: leads(), tables: CUSTOM_TABLES, difference: 1 },
  'words-no-difference': { ...common, leads: leads(), tables: 'none', difference: 0 },
  'reference-beat': {
    ...common,
    leads: leads(),
    beat: { samples: beatSamples, fiducial: 100, complexes, isSubtracted: true },
    sections: [[8, Buffer.concat([Buffer.alloc(8), Buffer.from([1, 1, 13, 0]), text('Sinus rhythm')])]]
  },
  bimodal: {
    ...common,
    leads: leads(),
    beat: { samples: beatSamples, fiducial: 100, complexes, isSubtracted: true },
    bimodal: { factor: 4, zones }
  }
}

export const SAMPLE_RATE_HZ = RATE_HZ
export const encodedSample = (name: string): Buffer => encodeScp(SCP_SAMPLES[name]!)

/** 10-bit numbers of three channels, the second of which is the sum of the others, and where they mark beats. */
export const healForceInput = (): HealForceInput => {
  const [first, , third] = simulatedSamples(600).map((samples) => samples.map((bit) => Math.round(bit / 4)))
  const second = first!.map((value, n) => value + third![n]!)
  return { channels: [first!, second, third!], beats: BEATS.filter((beat) => beat < 600) }
}

/** Every file of fixtures/, by name without extension. */
export const FIXTURES: ReadonlyMap<string, Buffer> = new Map([
  ...Object.keys(SCP_SAMPLES).map((name): [string, Buffer] => [name, encodedSample(name)]),
  ['heal-force', encodeHealForce(healForceInput())]
])
