import type { AppError } from '../../../core/errors/app-error.ts'
import { loadConfig } from '../../config/load.ts'
import { type VendorWords, vendorSettings } from './vendor-settings.ts'

const SCORE = {
  id: 'ews',
  title: 'Early warning score',
  code: { system: 'http://vendor.example', code: 'EWS' },
  scale: { kind: 'percent' },
  truth: { module: 'cap-icu', label: 'death.24h' }
}

const configOf = (override: Record<string, unknown> = {}) =>
  loadConfig({
    file: undefined,
    env: {},
    override: {
      scores: [SCORE],
      destinations: [
        {
          name: 'vendor-test',
          kind: 'mllp',
          address: 'mllp://10.0.0.5:2600',
          acceptsSynthetic: true,
          profile: { receivingApplication: 'EWS' }
        },
        { name: 'vendor', kind: 'mllp', address: 'mllp://10.0.0.6:2600' },
        { name: 'mirror', kind: 'fhir', address: 'https://fhir.example/r4', acceptsSynthetic: true }
      ],
      ...override
    }
  })

const WORDS: VendorWords = { target: 'score:ews', to: 'vendor-test', listen: '0', acceptSynthetic: false }
const settings = (words: Partial<VendorWords>, override?: Record<string, unknown>) =>
  vendorSettings({ ...WORDS, ...words }, configOf(override))

function refusal(words: Partial<VendorWords>, override?: Record<string, unknown>): string | undefined {
  try {
    settings(words, override)
    return undefined
  } catch (error) {
    const { code, reason } = error as AppError
    return `${code} ${reason}`
  }
}

describe('whom an audit may send invented people', () => {
  test('a destination that takes them, by name or by address', () => {
    const expected = { to: { host: '10.0.0.5', port: 2600 }, receiver: { receivingApplication: 'EWS' } }
    expect(settings({})).toMatchObject(expected)
    expect(settings({ to: 'mllp://10.0.0.5:2600' })).toMatchObject(expected)
  })

  test.each([
    ['a destination that is not marked', { to: 'vendor' }, 'NOT_PERMITTED accepts-synthetic'],
    ['its address', { to: 'mllp://10.0.0.6:2600' }, 'NOT_PERMITTED accepts-synthetic'],
    ['any other address', { to: 'mllp://10.0.0.7:2600' }, 'NOT_PERMITTED accepts-synthetic'],
    ['a FHIR server', { to: 'mirror' }, 'BAD_REQUEST address'],
    ['no address', { to: 'nobody', acceptSynthetic: true }, 'BAD_REQUEST address'],
    ['an address without port', { to: 'mllp://10.0.0.7', acceptSynthetic: true }, 'BAD_REQUEST address']
  ])('not %s', (_what, words, expected) => {
    expect(refusal(words)).toBe(expected)
  })

  test('an address that the caller vouches for', () => {
    expect(settings({ to: 'mllp://10.0.0.7:2600', acceptSynthetic: true }).to).toEqual({ host: '10.0.0.7', port: 2600 })
  })

  test('nobody while the site has stopped all outbound', () => {
    expect(refusal({ acceptSynthetic: true }, { outbound: false })).toBe('NOT_PERMITTED outbound-off')
  })
})

describe('which score is meant', () => {
  test('a configured one, with its code and scale', () => {
    expect(settings({}).score).toEqual({ code: SCORE.code, scale: SCORE.scale })
    expect(settings({ target: 'ews' }).score.code).toEqual(SCORE.code)
  })

  test('one that the command line names', () => {
    expect(settings({ target: 'x', code: 'urn:a|B|C', scale: 'points:0-20' }).score).toEqual({
      code: { system: 'urn:a|B', code: 'C' },
      scale: { kind: 'points', min: 0, max: 20 }
    })
    expect(settings({ target: 'x', code: 'urn:a|C' }).score.scale).toEqual({ kind: 'probability' })
  })

  test.each([
    [{ target: 'score:other' }, 'BAD_REQUEST no-such-score'],
    [{ target: 'x', code: 'EWS' }, 'BAD_REQUEST code'],
    [{ scale: 'odds' }, 'BAD_REQUEST scale'],
    [{ scale: 'points:20-0' }, 'BAD_REQUEST scale'],
    [{ listen: 'everywhere' }, 'BAD_REQUEST listen'],
    [{ listen: '99999' }, 'BAD_REQUEST listen']
  ])('refuses %j', (words, expected) => {
    expect(refusal(words)).toBe(expected)
  })

  test('listens on loopback unless told otherwise', () => {
    expect(settings({ listen: '2601' }).listen).toEqual({ host: '127.0.0.1', port: 2601 })
    expect(settings({ listen: '0.0.0.0:2601' }).listen).toEqual({ host: '0.0.0.0', port: 2601 })
    expect(settings({ listen: '[::1]:2601' }).listen).toEqual({ host: '::1', port: 2601 })
  })

  test('knows the codes of every feed', () => {
    const codeMap = { observations: { 'L|EWS': SCORE.code } }
    const feeds = [{ name: 'hl7', transport: 'mllp', options: { port: 0 }, codeMap }]
    expect(settings({}, { feeds }).codeMap.observations).toEqual(codeMap.observations)
  })
})
