import type { WfdbHeader } from '../../adapters/formats/wfdb/header.ts'
import { readWfdb } from '../../adapters/formats/wfdb/record.ts'
import { digitalSamples } from '../../adapters/formats/wfdb/samples.ts'
import type { Waveform } from '../../core/waveform.ts'
import { listedUnder, readSource } from './sources.ts'

/** One real record: what its own files say, digit by digit. */
export interface EcgRecord {
  /** 'ludb-1', 'ptbxl-00001' */
  name: string
  path: string
  header: WfdbHeader
  /** Counts of the converter, signal by signal. */
  counts: Int32Array[]
  /** The same in mV. */
  waveform: Waveform
}

const SETS = { ludb: 'ecg/ludb/data/', ptbxl: 'ecg/ptbxl/records500/' } as const
export type EcgSet = keyof typeof SETS

/** Header paths of a set; every `step`-th when `count` are wanted. */
export function recordPaths(set: EcgSet, count = Number.POSITIVE_INFINITY): string[] {
  const all = listedUnder(SETS[set]).filter((path) => path.endsWith('.hea'))
  const step = Math.max(1, Math.floor(all.length / count))
  return all.filter((_path, i) => i % step === 0).slice(0, count)
}

/** Reads a record; the reader holds its samples to the checksums of its header. */
export function readRecord(set: EcgSet, path: string): EcgRecord {
  const text = readSource(path).toString('utf8')
  const data = readSource(path.replace(/\.hea$/, '.dat'))
  const { header, waveform } = readWfdb(text, data)
  const { signals: counts } = digitalSamples(header, () => data)
  return { name: `${set}-${header.record.replace(/_hr$/, '')}`, path, header, counts, waveform }
}
