import { readFileSync } from 'node:fs'
import type { AppError } from '../../../core/errors/app-error.ts'
import { loadConfig } from '../load.ts'

const SCORE = {
  id: 'vendor-ews',
  title: 'Early warning score of the monitor vendor',
  code: { system: 'http://vendor.example/codes', code: 'EWS' },
  scale: { kind: 'percent' },
  truth: { module: 'cap-icu', label: 'death.24h' }
}

const load = (...scores: unknown[]) => loadConfig({ file: undefined, env: {}, override: { scores } }).scores

function refusal(...scores: unknown[]): { at?: string; reason?: string } | undefined {
  try {
    load(...scores)
    return undefined
  } catch (error) {
    const { at, reason } = error as AppError
    return { at, reason }
  }
}

test('the configuration of the page about scores is taken as it stands', () => {
  const page = readFileSync(new URL('../../../docs/flip-audit.md', import.meta.url), 'utf8')
  const given = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!) as Record<string, unknown>
  const { scores } = loadConfig({ file: undefined, env: {}, override: given })
  expect(scores.map(({ id, threshold }) => [id, threshold])).toEqual([['vendor-ews', 20]])
})

describe('configuration of scores of other systems', () => {
  test('is empty unless a site names one', () => {
    expect(load()).toEqual([])
    expect(loadConfig({ file: undefined, env: {} }).scores).toEqual([])
  })

  test('takes a score with threshold and window', () => {
    const whole = { ...SCORE, threshold: 20, window: { beforeHours: 0, afterHours: 48 } }
    expect(load(whole)).toEqual([whole])
  })

  test.each([
    [{ ...SCORE, treshold: 20 }, 'scores[0].treshold', 'unknown-key'],
    [{ ...SCORE, id: 'Vendor EWS' }, 'scores[0].id', 'value'],
    [{ ...SCORE, title: '' }, 'scores[0].title', 'required'],
    [{ ...SCORE, code: { code: 'EWS' } }, 'scores[0].code.system', 'required'],
    [{ ...SCORE, scale: undefined }, 'scores[0].scale', 'required'],
    [{ ...SCORE, scale: { kind: 'odds' } }, 'scores[0].scale.kind', 'value'],
    [{ ...SCORE, scale: { kind: 'points', min: 0 } }, 'scores[0].scale.max', 'required'],
    [{ ...SCORE, scale: { kind: 'points', min: 20, max: 0 } }, 'scores[0].scale.max', 'value'],
    [{ ...SCORE, scale: { kind: 'percent', max: 100 } }, 'scores[0].scale.max', 'unknown-key'],
    [{ ...SCORE, threshold: 101 }, 'scores[0].threshold', 'value'],
    [{ ...SCORE, truth: { module: 'cap-icu' } }, 'scores[0].truth.label', 'required'],
    [{ ...SCORE, window: { beforeHours: -1, afterHours: 1 } }, 'scores[0].window.beforeHours', 'value'],
    ['vendor-ews', 'scores[0]', 'not-an-object']
  ])('refuses %j at %s', (score, at, reason) => {
    expect(refusal(score)).toEqual({ at, reason })
  })

  test('refuses an id or a code that is used twice', () => {
    expect(refusal(SCORE, { ...SCORE, code: { system: 's', code: 'c' } })).toEqual({
      at: 'scores[1].id',
      reason: 'used-twice'
    })
    expect(refusal(SCORE, { ...SCORE, id: 'other' })).toEqual({ at: 'scores[1].code', reason: 'used-twice' })
  })
})
