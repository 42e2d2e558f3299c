import fc from 'fast-check'

const CHARS = 100_000
const SAMPLES = 12
/** What makes a match fail at the very end. */
const TAILS = ['\u0000', '!', '\n<']

/**
 * Strings of 10^5 characters that make a backtracking engine work: of texts that match, every short piece is pumped and
 * then spoilt at the end. A search for what is slow, not a proof that nothing is; the same strings for the same expression.
 */
export function worstStrings(source: string, flags: string): string[] {
  const pieces = new Set<string>()
  const strings: string[] = []
  for (const sample of matching(source, flags)) {
    for (let from = 0; from < Math.min(sample.length, 24); from++) {
      for (let length = 1; length <= 3 && from + length <= sample.length; length++) {
        const head = sample.slice(0, from)
        const piece = sample.slice(from, from + length)
        const key = `${shapeOf(head)}\u0000${shapeOf(piece)}`
        if (pieces.has(key)) continue
        pieces.add(key)
        const pumped = head + piece.repeat(Math.ceil(CHARS / piece.length))
        strings.push(pumped, ...TAILS.map((tail) => pumped + tail))
      }
    }
  }
  return strings.slice(0, 400)
}

/** Letters and digits of a kind are alike to an expression, mostly. */
const shapeOf = (text: string): string =>
  text
    .replace(/[a-z]+/g, 'a')
    .replace(/[A-Z]+/g, 'A')
    .replace(/[0-9]+/g, '0')

function matching(source: string, flags: string): string[] {
  const plain = [' ', 'a', '0', '-', '\\', '.', '\n', '"', '<', '(']
  try {
    const expression = new RegExp(drawable(source, flags), flags.replace(/[gy]/g, ''))
    return [...fc.sample(fc.stringMatching(expression), { numRuns: SAMPLES, seed: 39 }), ...plain]
  } catch {
    // Look-behind and the like are beyond the generator: then the letters of the pattern themselves.
    return [...plain, ...new Set(source)].filter((text) => text.length > 0)
  }
}

/**
 * The generator draws printable ASCII for a negated class and filters: of a class that leaves none of it out it would draw
 * for ever. One letter that such a class takes stands for it.
 */
function drawable(source: string, flags: string): string {
  return source.replace(/\[\^(?:[^\]\\]|\\.)*\]/g, (negated) => {
    const taken = new RegExp(negated, flags.replace(/[gy]/g, ''))
    const codes = Array.from({ length: 0x10000 }, (_, code) => code)
    if (codes.slice(0x20, 0x7f).some((code) => taken.test(String.fromCharCode(code)))) return negated
    const code = codes.find((one) => taken.test(String.fromCharCode(one)))
    return code === undefined ? negated : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
