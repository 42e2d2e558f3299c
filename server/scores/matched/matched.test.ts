import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { normal, seeded } from '../../demo/simulate/random.ts'
import { auditMatched } from './audit-matched.ts'
import { imbalance, matchPairs } from './match-pairs.ts'
import { readHistory } from './read-history.ts'

const row = (id: string, score: number, ...inputs: (number | null)[]) => ({ id, score, inputs })

/** Illness moves both inputs and the score; women are less ill by `shift`, and are scored `bias` higher when equally ill. */
function history(n: number, { shift = 0, bias = 0 }: { shift?: number; bias?: number }) {
  const uniform = seeded(11)
  const gauss = normal(uniform)
  const rows = Array.from({ length: n }, (_, i) => {
    const group = uniform() < 0.5 ? 'female' : 'male'
    const illness = gauss() - (group === 'female' ? shift : 0)
    const inputs = [illness + 0.1 * gauss(), illness + 0.1 * gauss(), 20 + 3 * gauss()]
    return { id: `p${i}`, group, inputs, score: 0.3 + 0.1 * illness + (group === 'female' ? bias : 0) + 0.01 * gauss() }
  })
  return { inputNames: ['lactate', 'creatinine', 'noise'], groups: ['female', 'male'] as const, rows }
}

describe('matching', () => {
  test('takes the nearest of the other group, and nobody twice', () => {
    const pairs = matchPairs([row('a', 0, 1), row('b', 0, 2)], [row('x', 0, 1.1), row('y', 0, 2.1), row('z', 0, 9)], {
      caliper: 1
    })
    expect(pairs.map(({ first, second }) => first.id + second.id)).toEqual(['ax', 'by'])
    const one = matchPairs([row('a', 0, 1), row('b', 0, 1)], [row('x', 0, 1)], { caliper: 1 })
    expect(one.map(({ first, second }) => first.id + second.id)).toEqual(['ax'])
  })

  test('pairs nobody beyond the caliper, and nobody of whom too little is known', () => {
    expect(matchPairs([row('a', 0, 0)], [row('x', 0, 5), row('y', 0, 10)], { caliper: 0.5 })).toEqual([])
    const unknown = [row('a', 0, null, null, 1)]
    expect(matchPairs(unknown, [row('x', 0, 1, 1, 1), row('y', 0, 2, 2, 1)], { caliper: 3 })).toEqual([])
  })

  test('keeps first and second whichever group is smaller', () => {
    const [pair] = matchPairs([row('a', 0, 1), row('b', 0, 9)], [row('x', 0, 1)], { caliper: 1 })
    expect([pair?.first.id, pair?.second.id]).toEqual(['a', 'x'])
  })

  // Means 1 and 2 over a standard deviation of 1.29 (values 0, 1, 2, 3).
  test('says how far the groups still lie apart', () => {
    const [a, b, c, d] = [row('a', 0, 0), row('b', 0, 2), row('c', 0, 1), row('d', 0, 3)]
    const pairs = [
      { first: a, second: c, distance: 1 },
      { first: b, second: d, distance: 1 }
    ]
    expect(imbalance(pairs, [a, b, c, d])[0]).toBeCloseTo(-1 / 1.29099, 4)
  })
})

describe('a matched audit', () => {
  test('finds a score that says more of women who are as ill', () => {
    const audit = auditMatched(history(600, { bias: 0.05 }), { draws: 300 })
    expect(audit.verdict).toBe('difference')
    expect(audit.ci?.[0]).toBeGreaterThan(0.03)
    expect(audit.ci?.[1]).toBeLessThan(0.07)
    expect(audit.kind).toBe('observational, not a counterfactual')
  })

  test('does not take groups that are differently ill for an unfair score', () => {
    const audit = auditMatched(history(800, { shift: 0.5 }), { caliper: 0.15, draws: 300 })
    // Without matching women are scored about .05 lower.
    expect(audit.unmatched).toBeLessThan(-0.03)
    expect(audit.verdict).toBe('no difference shown')
  })

  test('gives no figure where the groups could not be made alike', () => {
    const audit = auditMatched(history(400, { shift: 1.5 }), { caliper: 3, draws: 300 })
    expect(audit.verdict).toBe('groups could not be balanced')
    expect(audit).not.toHaveProperty('mean')
    expect(audit.unbalanced[0]?.input).toMatch(/lactate|creatinine/)
  })

  test('gives no figure for fewer than thirty pairs', () => {
    expect(auditMatched(history(40, { bias: 0.1 })).verdict).toBe('too few')
  })
})

describe('a history as CSV', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hb-history-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  const file = (text: string): string => {
    const path = join(dir, 'history.csv')
    writeFileSync(path, text)
    return path
  }
  const columns = { score: 'ews', attribute: 'sex' }

  test('takes every further column of numbers as input, and of each person the first line', async () => {
    const text = 'who,sex,ews,lactate,ward\n1,F,0.2,1.1,A\n1,F,0.9,9,A\n2,M,0.3,,B\n3,,0.1,2,B\n4,M,,2,B\n'
    expect(await readHistory(file(text), { ...columns, id: 'who' })).toEqual({
      inputNames: ['lactate'],
      groups: ['F', 'M'],
      rows: [
        { id: '1', group: 'F', score: 0.2, inputs: [1.1] },
        { id: '2', group: 'M', score: 0.3, inputs: [null] }
      ]
    })
  })

  test.each([
    ['who,sex,lactate\n1,F,2\n', columns, 'column-missing'],
    ['sex,ews,lactate\n', columns, 'no-cases'],
    ['sex,ews,ward\nF,0.1,A\nM,0.2,B\n', columns, 'no-inputs'],
    ['sex,ews,x\nF,0.1,1\nF,0.2,1\n', columns, 'groups'],
    ['sex,ews,x\nF,0.1\n', columns, 'csv']
  ])('refuses %j', async (text, named, reason) => {
    await expect(readHistory(file(text), named)).rejects.toMatchObject({ code: 'BAD_REQUEST', reason })
  })

  test('refuses a file that is not there', async () => {
    await expect(readHistory(join(dir, 'none.csv'), columns)).rejects.toMatchObject({ reason: 'file-missing' })
  })
})
