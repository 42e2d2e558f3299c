import { type SaxesAttributePlain, SaxesParser } from 'saxes'
import { AppError } from '../../../core/errors/app-error.ts'
import type { XmlElement } from './element.ts'
import { decodeXml } from './encoding.ts'

/** No more of any of these is built, whatever the document holds. */
export interface XmlLimits {
  bytes: number
  depth: number
  elements: number
  attributes: number
  /** Letters of one attribute's value. */
  attributeLength: number
  /** Letters of one element's or attribute's name. */
  nameLength: number
}

/** An aECG of 12 leads has 4,000 elements, 30 levels deep; a cart's with a full measurement matrix ten times as many. */
export const XML_LIMITS: XmlLimits = {
  bytes: 64 * 2 ** 20,
  depth: 100,
  elements: 100_000,
  attributes: 50,
  attributeLength: 8192,
  nameLength: 200
}

export interface XmlOptions {
  limits?: Partial<XmlLimits>
  /**
   * Name of a document element whose DOCTYPE is passed over where it names one external file and holds no declarations:
   * nothing is fetched, nothing can be expanded. Every other DOCTYPE is refused.
   */
  externalDoctypeOf?: string
}

const CHUNK = 64 * 1024

/**
 * The elements of an XML document by local name. Entities are the five predefined ones and character references; a
 * DOCTYPE is refused before anything behind it is read (hardening 28), depth and width are bounded (hardening 40).
 *
 * @throws AppError DECODE_FAILED with reason 'xml' (not well-formed), 'doctype', 'encoding', 'encoding-broken';
 *   MESSAGE_TOO_LARGE with reason 'xml-bytes', 'xml-depth', 'xml-elements', 'xml-attributes', 'xml-attribute', 'xml-name'
 */
export function parseXml(bytes: Uint8Array, { limits, externalDoctypeOf }: XmlOptions = {}): XmlElement {
  const bound = { ...XML_LIMITS, ...limits }
  if (bytes.length > bound.bytes) throw tooLarge('xml-bytes')
  const text = decodeXml(bytes)
  const tree = createTree(bound)
  const parser = new SaxesParser({ xmlns: false, position: false })
  parser.on('error', () => {
    throw new AppError('DECODE_FAILED', { reason: 'xml' })
  })
  parser.on('doctype', (doctype) => {
    if (!isExternalOnly(doctype, externalDoctypeOf)) throw new AppError('DECODE_FAILED', { reason: 'doctype' })
  })
  parser.on('opentagstart', ({ name }) => tree.begin(name))
  parser.on('attribute', (attribute) => tree.attribute(attribute))
  parser.on('closetag', () => tree.end())
  parser.on('text', (part) => tree.text(part))
  parser.on('cdata', (part) => tree.text(part))
  // In pieces, so that a limit ends the work where it is passed.
  for (let at = 0; at < text.length; at += CHUNK) parser.write(text.slice(at, at + CHUNK))
  parser.close()
  return tree.root()
}

const tooLarge = (reason: string): AppError => new AppError('MESSAGE_TOO_LARGE', { reason })

function createTree(bound: XmlLimits) {
  const open: Growing[] = []
  let root: XmlElement | undefined
  let elements = 0
  let attributes = 0
  return {
    begin(name: string): void {
      if (name.length > bound.nameLength) throw tooLarge('xml-name')
      if (++elements > bound.elements) throw tooLarge('xml-elements')
      if (open.length >= bound.depth) throw tooLarge('xml-depth')
      const element: Growing = { name: localName(name), attributes: NO_ATTRIBUTES, children: NO_CHILDREN, text: '' }
      const parent = open.at(-1)
      if (parent) childrenOf(parent).push(element)
      root ??= element
      open.push(element)
      attributes = 0
    },
    attribute({ name, value }: SaxesAttributePlain): void {
      if (name.length > bound.nameLength) throw tooLarge('xml-name')
      if (++attributes > bound.attributes) throw tooLarge('xml-attributes')
      if (value.length > bound.attributeLength) throw tooLarge('xml-attribute')
      const local = localName(name)
      const own = attributesOf(open.at(-1)!)
      // Of `type` and `xsi:type` on one element the one without prefix is the document's own.
      if (local === name || !own.has(local)) own.set(local, value)
    },
    text(part: string): void {
      const element = open.at(-1)
      if (element) element.text += part
    },
    end(): void {
      open.pop()
    },
    root(): XmlElement {
      if (!root) throw new AppError('DECODE_FAILED', { reason: 'xml' })
      return root
    }
  }
}

/** Most elements have no attributes or no children: they share the empty ones until they have. */
const NO_ATTRIBUTES = new Map<string, string>()
const NO_CHILDREN: XmlElement[] = []

interface Growing extends XmlElement {
  attributes: Map<string, string>
  children: XmlElement[]
}

function childrenOf(element: Growing): XmlElement[] {
  if (element.children === NO_CHILDREN) element.children = []
  return element.children
}

function attributesOf(element: Growing): Map<string, string> {
  if (element.attributes === NO_ATTRIBUTES) element.attributes = new Map()
  return element.attributes
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** ' RestingECG SYSTEM "restecg.dtd"': an external name alone, without '[' declarations ']'. */
function isExternalOnly(doctype: string, element: string | undefined): boolean {
  const named = /^\s{0,9}([\w.-]{1,60})\s{1,9}SYSTEM\s{1,9}(?:"[^"<>[\]]{0,200}"|'[^'<>[\]]{0,200}')\s{0,9}$/.exec(
    doctype
  )
  return element !== undefined && named?.[1] === element
}
