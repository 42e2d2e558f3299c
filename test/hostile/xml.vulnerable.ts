import { SaxesParser } from 'saxes'

/** An XML reader that declares and expands what a DOCTYPE says and builds every element. For xml.test.ts only. */
export function expanding(bytes: Uint8Array): unknown {
  const parser = new SaxesParser()
  let elements = 0
  parser.on('doctype', (doctype) => {
    for (const [, name, text] of doctype.matchAll(/<!ENTITY\s+(\w+)\s+"([^"]*)"/g)) {
      const expanded = text!.replaceAll(/&(\w+);/g, (_, inner: string) => parser.ENTITIES[inner] ?? '')
      // Enough to be seen; a real one would go on to gigabytes.
      parser.ENTITIES[name!] = expanded.slice(0, 100_000)
    }
    for (const [, name] of doctype.matchAll(/<!ENTITY\s+(\w+)\s+SYSTEM/g))
      parser.ENTITIES[name!] = 'content of the file'
  })
  parser.on('opentag', () => {
    elements++
  })
  parser.on('error', () => undefined)
  parser.write(Buffer.from(bytes).toString('utf8')).close()
  return elements
}
