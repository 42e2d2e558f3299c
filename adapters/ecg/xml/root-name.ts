/**
 * Local name of the document element (or of the one that a DOCTYPE names), found without parsing: what stands before it
 * is skipped. undefined when the text ends before it.
 */
export function rootName(text: string): string | undefined {
  let at = text.startsWith('\uFEFF') ? 1 : 0
  for (;;) {
    while (at < text.length && /\s/.test(text[at]!)) at++
    if (text.startsWith('<?', at)) at = after(text, '?>', at)
    else if (text.startsWith('<!--', at)) at = after(text, '-->', at)
    else break
  }
  const name = /^<(?:!DOCTYPE\s+)?(?:[\w.-]{1,60}:)?([\w.-]{1,60})/.exec(text.slice(at, at + 200))
  return name?.[1]
}

function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from + 2)
  return found < 0 ? text.length : found + end.length
}
