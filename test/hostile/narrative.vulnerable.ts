/** Narratives judged by a list of what is known to be bad, after the entities were expanded. For narrative.test.ts only. */
export function denying(div: string): boolean {
  const entities = new Map([...div.matchAll(/<!ENTITY (\w+) "([^"]*)">/g)].map(([, name, text]) => [name!, text!]))
  const expand = (text: string, left = 3): string =>
    left === 0
      ? text
      : expand(
          text.replace(/&(\w+);/g, (all, name) => entities.get(name) ?? all),
          left - 1
        )
  const expanded = expand(div.replace(/<!DOCTYPE[\s\S]*?\]>/, ''))
  return !expanded.includes('<script src="known-bad')
}
