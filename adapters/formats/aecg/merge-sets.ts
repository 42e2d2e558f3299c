import type { EcgChannel } from '../../ecg/channels.ts'

/** One piece of a series: channels that begin `start` seconds after the first piece. */
export interface Piece {
  rateHz: number
  start: number
  channels: readonly EcgChannel[]
}

/** Samples of the joined grid for each sample that there is; sparser pieces stay apart. */
const MAX_SPARSENESS = 16
/** How far from the grid a start may lie, in samples: times are kept to the millisecond. */
const MAX_OFF_GRID = 0.4

/**
 * Pieces of one series on one sampling grid, missing samples NaN: leads recorded one group after the other, or a
 * recording with interruptions. undefined where they do not fit (other rates, off the grid, a lead twice at one instant).
 */
export function mergedPieces(pieces: readonly Piece[]): EcgChannel[] | undefined {
  const [first] = pieces
  if (!first || pieces.length < 2) return first && [...first.channels]
  const placed = pieces.map((piece) => ({ ...piece, from: Math.round(piece.start * first.rateHz) }))
  const fits = placed.every(
    ({ rateHz, start, from }) => rateHz === first.rateHz && from >= 0 && Math.abs(start * rateHz - from) <= MAX_OFF_GRID
  )
  if (!fits) return undefined
  const length = Math.max(...placed.flatMap(({ from, channels }) => channels.map((c) => from + c.millivolts.length)))
  const names = [...new Set(placed.flatMap(({ channels }) => channels.map(({ lead }) => lead.name)))]
  const held = placed.flatMap(({ channels }) => channels).reduce((sum, { millivolts }) => sum + millivolts.length, 0)
  if (length * names.length > MAX_SPARSENESS * held) return undefined
  const joined = names.map((name) => joinedLead(name, placed, length))
  return joined.every((channel) => channel !== undefined) ? joined : undefined
}

function joinedLead(
  name: string,
  placed: readonly (Piece & { from: number })[],
  length: number
): EcgChannel | undefined {
  const parts = placed.flatMap(({ channels, from }) =>
    channels.filter(({ lead }) => lead.name === name).map((channel) => ({ channel, from }))
  )
  const lead = parts[0]?.channel.lead
  if (!lead || parts.some(({ channel }) => channel.lead.resolution !== lead.resolution)) return undefined
  const millivolts = new Float64Array(length).fill(Number.NaN)
  let end = 0
  for (const { channel, from } of parts.toSorted((a, b) => a.from - b.from)) {
    if (from < end) return undefined
    millivolts.set(channel.millivolts, from)
    end = from + channel.millivolts.length
  }
  return { lead, millivolts }
}
