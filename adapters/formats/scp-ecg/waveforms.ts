import { AppError } from '../../../core/errors/app-error.ts'
import type { ClinicalTime } from '../../../core/time.ts'
import type { Lead, Waveform } from '../../../core/waveform.ts'
import { undoDifferences } from './differences.ts'
import { type Decoder, huffmanDecoder } from './huffman.ts'
import { leadOfCode } from './lead-codes.ts'
import type { ScpRecord } from './record.ts'
import { storedLength, stretchesOf, toFullRate } from './reduced-rate.ts'
import { addReferenceBeat } from './reference-beat.ts'
import { type LeadData, readLeadData } from './sections/lead-data.ts'
import { readHuffmanTables } from './sections/section-2.ts'
import { type LeadDefinition, type LeadDefinitions, readLeadDefinitions } from './sections/section-3.ts'
import { type QrsLocations, readQrsLocations } from './sections/section-4.ts'

/** Samples of all leads together, gaps included: 128 MiB. A resting ECG of 12 leads x 10 s at 1000 Hz has 120,000. */
const MAX_SAMPLES = 16 * 1024 * 1024
const NANOVOLTS_PER_MILLIVOLT = 1e6

export interface WaveformFacts {
  startedAt: ClinicalTime
  filters?: Lead['filters']
}

/** What the sections say, before anything is decoded. */
interface Parts {
  definitions: LeadDefinitions
  decode: Decoder
  rhythm: LeadData
  beat?: LeadData
  locations?: QrsLocations
}

/**
 * Rhythm and reference beat of a record in mV, the rhythm first. What the standard's compression took away is put back:
 * Huffman codes, differences, the reduced rate outside of the protected zones, the subtracted reference beat.
 *
 * @throws AppError WAVEFORM_INCONSISTENT (no-waveform, data-length, bimodal, reference-beat, ...), LEAD_UNKNOWN,
 *   MESSAGE_TOO_LARGE (samples), DECODE_FAILED
 */
export function readWaveforms({ sections }: ScpRecord, facts: WaveformFacts): Waveform[] {
  const content = (id: number): Uint8Array | undefined => sections.get(id)?.content
  const leads = content(3)
  const data = content(6)
  if (!leads || !data) throw inconsistent(leads ? 'section 6' : 'section 3', 'no-waveform')
  const definitions = readLeadDefinitions(leads)
  const count = definitions.leads.length
  const beatContent = content(5)
  const locationContent = content(4)
  const parts: Parts = {
    definitions,
    decode: huffmanDecoder(readHuffmanTables(content(2))),
    rhythm: readLeadData(data, count, 'section 6'),
    ...(beatContent ? { beat: readLeadData(beatContent, count, 'section 5') } : {}),
    ...(locationContent ? { locations: readQrsLocations(locationContent) } : {})
  }
  const beats = referenceBeats(parts)
  const rhythm = rhythmWaveform(parts, beats, facts)
  return beats ? [rhythm, beatWaveform(parts, beats, facts)] : [rhythm]
}

/** nV a lead; undefined when the record has none. Section 4 says how long it is. */
function referenceBeats({ beat, locations, definitions, decode }: Parts): Float64Array[] | undefined {
  if (!beat || !locations || locations.beatMs === 0) return undefined
  const length = Math.floor((locations.beatMs * 1000) / beat.intervalUs)
  if (length === 0 || length * definitions.leads.length > MAX_SAMPLES) throw inconsistent('section 4', 'reference-beat')
  return beat.coded.map((coded, index) => {
    const numbers = decode(coded, length, `section 5 lead ${index + 1}`)
    return Float64Array.from(undoDifferences(numbers, beat.difference), (bit) => bit * beat.nanovoltsPerBit)
  })
}

function rhythmWaveform(parts: Parts, beats: Float64Array[] | undefined, facts: WaveformFacts): Waveform {
  const { definitions, rhythm, beat } = parts
  const { leads, isBeatSubtracted } = definitions
  const factor = reductionOf(parts)
  const intervalUs = rhythm.intervalUs / factor
  if (isBeatSubtracted && (!beats || beat?.intervalUs !== intervalUs)) throw inconsistent('section 5', 'reference-beat')
  const first = Math.min(...leads.map((lead) => lead.first))
  const length = Math.max(...leads.map((lead) => lead.last)) - first + 1
  if (length * leads.length > MAX_SAMPLES)
    throw new AppError('MESSAGE_TOO_LARGE', { at: 'section 3', reason: 'samples' })
  const samples = leads.map((lead, index) => {
    const nanovolts = leadNanovolts(parts, index, factor)
    if (isBeatSubtracted && beats && parts.locations) addReferenceBeat(nanovolts, lead, beats[index]!, parts.locations)
    const whole = new Float64Array(length).fill(Number.NaN)
    whole.set(nanovolts.map(toMillivolts), lead.first - first)
    return whole
  })
  const multipliers =
    isBeatSubtracted && beat ? [rhythm.nanovoltsPerBit, beat.nanovoltsPerBit] : [rhythm.nanovoltsPerBit]
  return {
    kind: 'rhythm',
    leads: leadsOf(leads, Math.min(...multipliers), facts),
    rateHz: 1e6 / intervalUs,
    samples,
    gaps: leads.flatMap((lead, index) => gapsOf(lead, index, first, length)),
    startedAt: facts.startedAt,
    facts: {
      ...(isBeatSubtracted ? { referenceBeat: 'added back' } : {}),
      ...(factor > 1 ? { bimodal: `1:${factor} outside of the protected zones` } : {})
    }
  }
}

/** How many samples one stored number stands for: the interval of bimodal data is that of the reduced parts. */
function reductionOf({ rhythm, beat, locations }: Parts): 1 | 2 | 4 {
  if (!rhythm.isBimodal) return 1
  const factor = beat && locations ? rhythm.intervalUs / beat.intervalUs : Number.NaN
  if (factor !== 1 && factor !== 2 && factor !== 4) throw inconsistent('section 6', 'bimodal')
  return factor
}

function leadNanovolts({ definitions, rhythm, locations, decode }: Parts, index: number, factor: number): Float64Array {
  const { first, last } = definitions.leads[index]!
  const stretches =
    factor === 1 ? [{ isReduced: false, length: last - first + 1 }] : stretchesOf(first, last, locations!.zones)
  const numbers = decode(rhythm.coded[index]!, storedLength(stretches, factor), `section 6 lead ${index + 1}`)
  const bits = toFullRate(undoDifferences(numbers, rhythm.difference), stretches, factor)
  return bits.map((bit) => bit * rhythm.nanovoltsPerBit)
}

function beatWaveform({ definitions, beat }: Parts, beats: Float64Array[], facts: WaveformFacts): Waveform {
  return {
    kind: 'median-beat',
    leads: leadsOf(definitions.leads, beat!.nanovoltsPerBit, facts),
    rateHz: 1e6 / beat!.intervalUs,
    samples: beats.map((nanovolts) => nanovolts.map(toMillivolts)),
    gaps: [],
    startedAt: facts.startedAt
  }
}

const leadsOf = (leads: readonly LeadDefinition[], nanovoltsPerBit: number, { filters }: WaveformFacts): Lead[] =>
  leads.map(({ code }, index) => ({
    ...leadOfCode(code, index + 1),
    unit: 'mV',
    resolution: toMillivolts(nanovoltsPerBit),
    ...(filters ? { filters } : {})
  }))

/** Leads that were recorded one after another are apart on the common time line. */
function gapsOf(lead: LeadDefinition, index: number, first: number, length: number): Waveform['gaps'] {
  const from = lead.first - first
  const to = lead.last - first + 1
  return [
    ...(from > 0 ? [{ lead: index, from: 0, to: from }] : []),
    ...(to < length ? [{ lead: index, from: to, to: length }] : [])
  ]
}

const toMillivolts = (nanovolts: number): number => nanovolts / NANOVOLTS_PER_MILLIVOLT

const inconsistent = (at: string, reason: string): AppError => new AppError('WAVEFORM_INCONSISTENT', { at, reason })
