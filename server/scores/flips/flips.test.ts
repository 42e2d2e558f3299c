import { auditFlips } from './audit-flips.ts'
import { flipText } from './flip-text.ts'
import { flipsSvg } from './flips-svg.ts'
import type { Answer, FlipTarget, Question } from './question.ts'
import { type Attribute, type Demographics, twinsOf } from './twins.ts'

/** A predictor that is a function of the stay's number and the person. */
function target(
  score: (stay: number, person: Demographics) => Answer,
  rest: Partial<FlipTarget<number>> = {}
): FlipTarget<number> {
  return {
    name: 'test',
    scale: { unit: 'probability', min: 0, max: 1 },
    isInput: () => true,
    ask: async (questions: readonly Question<number>[]) =>
      new Map(questions.map(({ id, stay, person }) => [id, score(stay, person)])),
    ...rest
  }
}

const served = (value: number): Answer => ({ values: { served: value } })

const stays = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    id: `s${i}`,
    stay: i,
    person: {
      sex: i % 3 === 0 ? 'female' : 'male',
      race: i % 4 === 0 ? 'black' : 'white',
      age: 50 + (i % 40)
    } satisfies Demographics
  }))

const audit = (one: FlipTarget<number>, n = 60, attributes: Attribute[] = ['sex', 'race', 'age']) =>
  auditFlips(one, stays(n), { attributes, draws: 400 })

describe('twins', () => {
  test('differ in one attribute, and count changes in one direction whoever was recorded', () => {
    expect(twinsOf({ sex: 'female', age: 40 }, ['sex'])).toEqual([
      { name: 'sex', attribute: 'sex', contrast: 'female against male', sign: -1, person: { sex: 'male', age: 40 } }
    ])
    expect(twinsOf({ race: 'White' }, ['race'])[0]).toMatchObject({ contrast: 'black against white', sign: 1 })
    expect(twinsOf({ race: 'asian' }, ['race'])[0]).toMatchObject({
      contrast: 'asian against white',
      sign: -1,
      person: { race: 'white' }
    })
  })

  test('stay adults, and below the age that records round off', () => {
    expect(twinsOf({ age: 20 }, ['age']).map(({ person }) => person.age)).toEqual([30])
    expect(twinsOf({ age: 85 }, ['age']).map(({ person }) => person.age)).toEqual([75])
    expect(twinsOf({ age: 50 }, ['age']).map(({ name, person }) => [name, person.age])).toEqual([
      ['age+10', 60],
      ['age-10', 40]
    ])
  })

  test('are not made of what is not recorded', () => {
    expect(twinsOf({}, ['sex', 'race', 'age'])).toEqual([])
  })
})

describe('a flip audit', () => {
  test('adds up opposite flips instead of cancelling them', async () => {
    // .1 more for women, of both the women (whose twins fall) and the men (whose twins rise).
    const { rows } = await audit(
      target((_stay, { sex }) => served(sex === 'female' ? 0.4 : 0.3)),
      60,
      ['sex']
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ verdict: 'difference', twins: 60, stays: 60, identical: 0, shareAbove: 1 })
    expect(rows[0]?.mean).toBeCloseTo(0.1, 12)
    expect(rows[0]?.ci?.[0]).toBeCloseTo(0.1, 12)
  })

  test('shows no difference where changes point both ways, and still says how large they are', async () => {
    const { rows } = await audit(
      target((stay, { sex }) => served(0.5 + (sex === 'female' ? (stay % 2 === 0 ? 0.08 : -0.08) : 0))),
      60,
      ['sex']
    )
    expect(rows[0]).toMatchObject({ verdict: 'no difference shown', shareAbove: 1 })
    expect(rows[0]?.meanAbsolute).toBeCloseTo(0.08, 12)
  })

  test('tells identical answers from a flip of what is no input', async () => {
    const blind = await audit(
      target(() => served(0.2)),
      60,
      ['sex']
    )
    expect(blind.rows[0]).toMatchObject({ verdict: 'identical answers', identical: 60 })
    const unasked = await audit(
      target(() => served(0.2), { isInput: () => false }),
      60,
      ['sex']
    )
    expect(unasked.rows[0]).toEqual({
      attribute: 'sex',
      contrast: 'female against male',
      variant: 'served',
      twins: 60,
      stays: 60,
      verdict: 'not informative',
      byBand: []
    })
  })

  test('gives no figure for fewer than 30 stays', async () => {
    const { rows } = await audit(
      target((_stay, { sex }) => served(sex === 'female' ? 0.4 : 0.3)),
      29,
      ['sex']
    )
    expect(rows[0]).toMatchObject({ verdict: 'too few', twins: 29 })
    expect(rows[0]).not.toHaveProperty('mean')
  })

  test('draws the twins of one stay together: two twins a stay do not halve the interval', async () => {
    const noisy = (stay: number): number => ((stay * 37) % 20) / 400
    const score = (stay: number, { age }: Demographics) =>
      served(0.3 + noisy(stay) * (((age ?? 0) - 50 - (stay % 40)) / 10))
    const { rows } = await audit(target(score), 36, ['age'])
    const both = rows[0]!
    expect(both.twins).toBeGreaterThan(60)
    const width = both.ci![1] - both.ci![0]
    // 1.96 standard errors each side of 36 independent stays, not of 72 twins; a fifth for the bootstrap.
    const values = Array.from({ length: 36 }, (_, i) => noisy(i))
    const mean = values.reduce((sum, x) => sum + x, 0) / 36
    const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 35)
    expect(width).toBeGreaterThan(0.8 * 2 * 1.96 * (sd / 6))
  })

  test('says by band of the recorded score where it changes', async () => {
    const { rows } = await audit(
      target((stay, { sex }) => served((stay % 2 === 0 ? 0.1 : 0.9) + (sex === 'female' && stay % 2 === 1 ? 0.05 : 0))),
      60,
      ['sex']
    )
    expect(rows[0]?.byBand).toEqual([
      { band: '[0.05, 0.20)', twins: 30, mean: 0, meanAbsolute: 0 },
      { band: '[0.85, 1.00]', twins: 30, mean: expect.closeTo(0.05, 9), meanAbsolute: expect.closeTo(0.05, 9) }
    ])
  })

  test('measures points on their own scale', async () => {
    const points = target((_stay, { sex }) => served(sex === 'female' ? 8 : 7), {
      scale: { unit: 'points', min: 0, max: 20 }
    })
    const { rows } = await audit(points, 60, ['sex'])
    // One point of twenty is five per cent, and not more.
    expect(rows[0]).toMatchObject({ mean: 1, shareAbove: 0, byBand: [{ band: '[4.0, 8.0)' }, { band: '[8.0, 12.0)' }] })
  })

  test('counts refusals and silence by code, and leaves such twins out', async () => {
    const { rows, questions, answered } = await audit(
      target((stay, { sex }) =>
        stay % 2 === 1 ? { unanswered: 'silent' } : sex === 'female' ? { refused: 'too-early' } : served(0.3)
      ),
      40,
      ['sex']
    )
    expect(rows).toEqual([])
    expect(answered).toBe(13)
    expect(questions).toEqual({ asked: 80, answered: 20, refused: { 'too-early': 20 }, unanswered: { silent: 40 } })
  })

  test('asks whether the inputs tell the attribute', async () => {
    const lean = target((stay, { sex }) => ({
      // Body weight stands in for sex, the pulse for nothing.
      values: { served: 0.3 },
      inputs: {
        weight: (sex === 'female' ? 62 : 84) + ((stay * 13) % 17),
        pulse: 70 + ((stay * 29) % 23),
        'sex.female': 1
      }
    }))
    const { proxies } = await audit(lean, 90, ['sex', 'race'])
    const [sex, race] = proxies
    expect(sex).toMatchObject({ attribute: 'sex', stays: 90, positives: 30, inputs: 2, strongest: ['weight', 'pulse'] })
    expect(sex?.ci?.[0]).toBeGreaterThan(0.9)
    // 23 of 90 are not white; nothing in the inputs knows it.
    expect(race?.ci?.[0]).toBeLessThan(0.6)
  })

  test('gives no proxy figure for a group of fewer than twenty', async () => {
    const one = target((stay) => ({ values: { served: 0.3 }, inputs: { x: stay } }))
    expect((await audit(one, 50, ['sex'])).proxies[0]).not.toHaveProperty('auroc')
  })
})

describe('the report', () => {
  const named = target((stay, { sex }) => served(0.3 + stay / 1000 + (sex === 'female' ? 0.06 : 0)), {
    name: 'score:<a&b>'
  })

  test('says in words what came out', async () => {
    const text = flipText(await audit(named, 60, ['sex'])).join('\n')
    expect(text).toContain('60 stays, 60 answered; 120 of 120 questions answered')
    expect(text).toContain('female against male [served]')
    expect(text).toContain('difference: mean +0.0600')
    expect(text).toContain('over 5 % of the scale 100.0 %')
  })

  test('draws names as text, whatever stands in them', async () => {
    const svg = flipsSvg(await audit(named, 60, ['sex', 'age']))
    expect(svg).toContain('Flip audit of score:&lt;a&amp;b&gt;')
    expect(svg).not.toContain('<a&b>')
    expect(svg.match(/<text /g)?.length).toBeGreaterThan(8)
    expect(svg).not.toContain('NaN')
  })

  test('is a whole picture without a single row', () => {
    const svg = flipsSvg({
      target: 'x',
      scale: { unit: 'probability', min: 0, max: 1 },
      stays: 0,
      rows: [],
      changes: []
    })
    expect(svg).not.toMatch(/NaN|Infinity/)
  })
})

test('a predictor with chance in it is measured against itself: the same question once more', async () => {
  let asked = 0
  const restless = target(() => served(0.3 + (asked++ % 7) / 100))
  const again = (await audit(restless, 40, ['sex', 'again'])).rows.find(({ attribute }) => attribute === 'again')
  expect(again).toMatchObject({ contrast: 'asked again, nothing changed', verdict: 'no difference shown' })
  expect(again?.meanAbsolute).toBeGreaterThan(0.01)
  const steady = (
    await audit(
      target(() => served(0.3)),
      40,
      ['again']
    )
  ).rows[0]
  expect(steady?.verdict).toBe('identical answers')
})
