import { parseQuery, queryPairs } from '../../server/store/search/query.ts'
import { searchUrl } from '../fuzz/support/queries.ts'
import { Random } from '../fuzz/support/random.ts'
import { codeOf, heldAndSeenFailing } from './held-and-seen-failing.ts'
import { hoping } from './queries.vulnerable.ts'

type Parse = (type: string, search: string) => unknown
const SEED = Number(process.env['TEST_SEED'] ?? 36)

/** Outcomes of searches from the fuzzer's grammar. By the running server: test/fuzz/run.ts search. */
function outcomes(parse: Parse, cases: number): string[] {
  const found = new Set<string>()
  for (let number = 0; number < cases; number++) {
    const [type = '', search = ''] = searchUrl(new Random(SEED, number)).slice(1).split('?')
    found.add(codeOf(() => parse(type, search)))
  }
  return [...found].sort()
}

heldAndSeenFailing<Parse>(
  'a malformed search is refused by code (A3-36)',
  {
    'whatever the grammar makes': (parse) => {
      const found = outcomes(parse, 5000)
      expect({ SEED, uncoded: found.filter((code) => code === 'uncoded') }).toEqual({ SEED, uncoded: [] })
      expect(found).toContain('')
    },
    'a parameter named like a property of objects': (parse) =>
      expect(codeOf(() => parse('Patient', '__proto__=1'))).toMatch(/^FHIR_SEARCH_UNSUPPORTED/),
    'an element named like a property of objects': (parse) =>
      expect(codeOf(() => parse('Patient', '_elements=constructor'))).toMatch(/^FHIR_SEARCH_UNSUPPORTED/),
    'a type named like a property of objects': (parse) =>
      expect(codeOf(() => parse('constructor', '_id=1'))).toMatch(/^FHIR_/)
  },
  { real: (type, search) => parseQuery(type, queryPairs(search)), weak: hoping }
)
