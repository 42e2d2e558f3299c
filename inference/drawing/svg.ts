import { type Drawing, INK, type Item } from './drawing.ts'

/** XML 1.0 (5th ed.) section 2.2: the other control characters may not stand in a document at all. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const FONT = 'Helvetica, Arial, sans-serif'

/**
 * The drawing as one SVG 1.1 document without scripts, styles or links, in real millimetres.
 *
 * @example toSvg({ widthMm: 10, heightMm: 10, title: 'a', items: [] }).startsWith('<svg ') // true
 */
export function toSvg({ widthMm, heightMm, title, items }: Drawing): string {
  const size = `width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${widthMm} ${heightMm}"`
  const body = items.map((item, index) => element(item, index)).join('\n')
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${FONT}">\n<title>${escaped(title)}</title>\n<rect width="${widthMm}" height="${heightMm}" fill="#fff"/>\n${body}\n</svg>\n`
}

function element(item: Item, index: number): string {
  switch (item.kind) {
    case 'grid': {
      const { x, y, width, height } = item
      const cell = (step: number, { colour, widthMm }: typeof item.fine) => {
        const id = `g${index}-${step}`
        // A pattern shows the inner half of the stroke on its edge: twice the width gives the whole.
        const pattern = `<pattern id="${id}" x="${x}" y="${y}" width="${step}" height="${step}" patternUnits="userSpaceOnUse"><path d="M${step} 0H0V${step}" fill="none" stroke="${colour}" stroke-width="${widthMm * 2}"/></pattern>`
        return `${pattern}<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="url(#${id})"/>`
      }
      return cell(1, item.fine) + cell(5, item.strong)
    }
    case 'polyline': {
      const path = item.runs.map(pathOf).join('')
      const stroke = `fill="none" stroke="${item.stroke.colour}" stroke-width="${item.stroke.widthMm}" stroke-linejoin="round"`
      if (!item.clip) return `<path d="${path}" ${stroke}/>`
      const { x, y, width, height } = item.clip
      return `<clipPath id="c${index}"><rect x="${mm(x)}" y="${mm(y)}" width="${mm(width)}" height="${mm(height)}"/></clipPath><path clip-path="url(#c${index})" d="${path}" ${stroke}/>`
    }
    case 'line':
      return `<line x1="${mm(item.x1)}" y1="${mm(item.y1)}" x2="${mm(item.x2)}" y2="${mm(item.y2)}" stroke="${item.stroke.colour}" stroke-width="${item.stroke.widthMm}"/>`
    case 'rect':
      return `<rect x="${mm(item.x)}" y="${mm(item.y)}" width="${mm(item.width)}" height="${mm(item.height)}" fill="${item.fill}"/>`
    case 'text': {
      const { x, y, text, sizeMm, colour = INK, bold, anchor = 'start' } = item
      return `<text x="${mm(x)}" y="${mm(y)}" font-size="${sizeMm}" fill="${colour}"${bold ? ' font-weight="bold"' : ''}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(text)}</text>`
    }
    default:
      return item satisfies never
  }
}

/** Relative steps in hundredths of a millimetre: rounding does not add up, because each step starts at the rounded point. */
function pathOf(run: Float64Array): string {
  const at = (i: number) => Math.round(run[i]! * 100)
  let path = `M${at(0) / 100} ${at(1) / 100}l`
  for (let i = 2; i < run.length; i += 2) {
    path += `${i === 2 ? '' : ' '}${(at(i) - at(i - 2)) / 100} ${(at(i + 1) - at(i - 1)) / 100}`
  }
  return run.length > 2 ? path : ''
}

const mm = (value: number): number => Math.round(value * 100) / 100

const escaped = (text: string): string =>
  text.replaceAll(FORBIDDEN, ' ').replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!)
