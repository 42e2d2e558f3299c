/**
 * The text without the letters `ending` at its end. Not by /x+$/: that looks from every x anew, quadratic over a long run of
 * them that does not stand at the end.
 */
export function withoutEnding(text: string, ending: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === ending) end--
  return text.slice(0, end)
}
