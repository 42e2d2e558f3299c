/** A page of /metrics as numbers by 'name{a="b",c="d"}' with labels in alphabetical order. */
export function parseMetrics(page: string): Map<string, number> {
  const values = new Map<string, number>()
  for (const line of page.split('\n')) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
    if (!found || line.startsWith('#')) continue
    const [, name, labels = '', value] = found
    const sorted = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([text]) => text).sort()
    values.set(sorted.length > 0 ? `${name}{${sorted.join(',')}}` : name!, Number(value))
  }
  return values
}

/** Names that the page declares (`# TYPE`), with their kind. */
export const declaredMetrics = (page: string): Map<string, string> =>
  new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name!, kind!]))
