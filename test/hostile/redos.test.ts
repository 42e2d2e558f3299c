import { slowExpressions } from './judge-expressions.ts'
import { parse, productSources, regularExpressions } from './regular-expressions.ts'

/** A3-39: every regular expression of the product against its worst strings of 10^5 characters. */
describe('regular expressions', () => {
  test('of the product take no longer than they may', async () => {
    const found = productSources().flatMap((path) => regularExpressions(parse(path)))
    expect(found.length).toBeGreaterThan(200)
    // Written alike in several places, one is judged and all are named.
    const unique = new Map<string, (typeof found)[number]>()
    for (const one of found) {
      const alike = unique.get(`/${one.source}/${one.flags}`)
      unique.set(`/${one.source}/${one.flags}`, alike ? { ...one, at: `${alike.at}, ${one.at}` } : one)
    }
    expect(await slowExpressions([...unique.values()])).toEqual([])
  }, 300_000)

  test('that are known to be slow are all found', async () => {
    const found = regularExpressions(parse('test/hostile/redos.vulnerable.ts'))
    const slow = await slowExpressions(found, { timeoutMs: 3000 })
    expect(slow.map(({ at }) => at)).toEqual(found.map(({ at }) => at))
    expect(found).toHaveLength(4)
  }, 300_000)
})
