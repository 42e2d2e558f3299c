/** A page in millimetres, origin at the top left: what both the SVG and the PDF are made from, so that they cannot differ. */
export interface Drawing {
  widthMm: number
  heightMm: number
  title: string
  items: Item[]
}

export interface Stroke {
  colour: string
  widthMm: number
}

export type Item =
  /** Millimetre paper: fine lines each mm, strong ones each 5 mm, counted from its own corner. */
  | { kind: 'grid'; x: number; y: number; width: number; height: number; fine: Stroke; strong: Stroke }
  /** Each run is x0, y0, x1, y1 ...; a new run begins behind a gap. Nothing is drawn outside of `clip`. */
  | { kind: 'polyline'; runs: Float64Array[]; stroke: Stroke; clip?: Box }
  | { kind: 'line'; x1: number; y1: number; x2: number; y2: number; stroke: Stroke }
  | { kind: 'rect'; x: number; y: number; width: number; height: number; fill: string }
  | {
      kind: 'text'
      x: number
      y: number
      text: string
      sizeMm: number
      colour?: string
      bold?: boolean
      anchor?: Anchor
    }

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export type Anchor = 'start' | 'middle' | 'end'

export const INK = '#1a1a1a'
export const QUIET = '#666666'
/** Out of its reference interval. */
export const NOTICE = '#b00020'
/** Waves by colours that people with red-green blindness tell apart (Okabe and Ito 2008). */
export const WAVE_COLOURS = Object.freeze({ p: '#0072b2', qrs: '#d55e00', t: '#009e73' })
