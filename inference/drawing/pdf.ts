import PDFDocument from 'pdfkit'
import { type Drawing, INK, type Item } from './drawing.ts'

const POINTS_PER_MM = 72 / 25.4
/** What the standard fonts of PDF can show (WinAnsi); another letter would come out as a wrong one. */
const UNSHOWABLE = /[^\u0020-\u007e\u00a0-\u00ff\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac]/gu

/**
 * The drawing as a PDF of one page, without any link, script or attachment. The same drawing and time give the same bytes.
 *
 * Deviation from the SVG: the fonts every reader has hold Latin letters only; others are printed as '?'.
 * @param madeAt goes into the document's information; the acquisition, so that a replay makes the same file
 * @param creator module that drew it
 */
export async function toPdf(drawing: Drawing, madeAt: Date, creator: string): Promise<Uint8Array> {
  const { widthMm, heightMm, title, items } = drawing
  const document = new PDFDocument({
    size: [widthMm * POINTS_PER_MM, heightMm * POINTS_PER_MM],
    margin: 0,
    info: { Title: showable(title), Producer: 'His Bundle', Creator: creator, CreationDate: madeAt, ModDate: madeAt }
  })
  const chunks: Buffer[] = []
  const done = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', resolve)
    document.on('error', reject)
  })
  document.scale(POINTS_PER_MM)
  for (const item of items) draw(document, item)
  document.end()
  await done
  return new Uint8Array(Buffer.concat(chunks))
}

function draw(document: PDFKit.PDFDocument, item: Item): void {
  switch (item.kind) {
    case 'grid': {
      const { x, y, width, height } = item
      for (const [step, { colour, widthMm }] of [
        [1, item.fine],
        [5, item.strong]
      ] as const) {
        for (let across = 0; across <= width + 1e-6; across += step)
          document.moveTo(x + across, y).lineTo(x + across, y + height)
        for (let down = 0; down <= height + 1e-6; down += step) document.moveTo(x, y + down).lineTo(x + width, y + down)
        document.lineWidth(widthMm).stroke(colour)
      }
      return
    }
    case 'polyline': {
      document.save()
      if (item.clip) document.rect(item.clip.x, item.clip.y, item.clip.width, item.clip.height).clip()
      for (const run of item.runs) {
        document.moveTo(run[0]!, run[1]!)
        for (let i = 2; i < run.length; i += 2) document.lineTo(run[i]!, run[i + 1]!)
      }
      document.lineWidth(item.stroke.widthMm).lineJoin('round').stroke(item.stroke.colour)
      document.restore()
      return
    }
    case 'line':
      document.moveTo(item.x1, item.y1).lineTo(item.x2, item.y2)
      document.lineWidth(item.stroke.widthMm).stroke(item.stroke.colour)
      return
    case 'rect':
      document.rect(item.x, item.y, item.width, item.height).fill(item.fill)
      return
    case 'text': {
      const text = showable(item.text)
      document.font(item.bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(item.sizeMm)
      const width = item.anchor && item.anchor !== 'start' ? document.widthOfString(text) : 0
      const x = item.x - (item.anchor === 'middle' ? width / 2 : width)
      document.fillColor(item.colour ?? INK).text(text, x, item.y, { lineBreak: false, baseline: 'alphabetic' })
      return
    }
    default:
      item satisfies never
  }
}

const showable = (text: string): string => text.replaceAll(UNSHOWABLE, '?')
