/** A search by splitting and hoping. For queries.test.ts only. */
export function hoping(_type: string, search: string): unknown {
  return search.split('&').map((pair) => {
    const [name, value] = pair.split('=') as [string, string]
    const [code, modifier] = decodeURIComponent(name).split(':')
    const [, prefix, number] = /^(eq|ne|ge|le|gt|lt)?(.*)$/.exec(decodeURIComponent(value))!
    return { code: code!.trim(), modifier: modifier!.toUpperCase(), prefix: prefix!, number: BigInt(number!) }
  })
}
