import { seeded } from '../../server/demo/simulate/random.ts'
import { differences, permutations, stateByIdentifier } from './support/arrivals.ts'
import { blood, type LabWorld, labWorld, minutes, ordered, tracing } from './support/lab-workflow.ts'

/** Rules section 4: whatever comes first, an order, a potassium that asks, its correction and two ECGs lead to one state. */
const SEED = Date.now() % 100_000
const STEPS = ['order', 'haemolysed', 'repeat', 'early ECG', 'late ECG'] as const
type Step = (typeof STEPS)[number]

let w: LabWorld
beforeAll(async () => {
  w = await labWorld()
}, 180_000)
afterAll(() => w?.stop())

function messagesOf(token: string): Record<Step, Uint8Array> {
  const mrn = `O${token}`
  const ago = (n: number) => minutes(w.now(), -n)
  const ecg = (no: string, acquiredAt: Date, seed: number) =>
    tracing({ ...w.head(), filler: `E${token}${no}`, acquiredAt, band: 'very-high', seed, mrn })
  const potassium = (no: string, collectedAt: Date, changes: object) =>
    blood({ ...w.head(), filler: `F${token}${no}`, collectedAt, mrn, ...changes })
  return {
    // Only the later ECG lies in the order's window, so that it alone may answer.
    order: ordered({ ...w.head(), placer: `PL${token}`, placedAt: minutes(w.now(), 22), mrn }),
    haemolysed: potassium('1', ago(30), { value: '6.8', rejected: 'RH^Hemolysis^HL70490' }),
    repeat: potassium('2', ago(5), { value: '6.4' }),
    'early ECG': ecg('1', ago(45), 8),
    'late ECG': ecg('2', ago(10), 7)
  }
}

const sample = (n: number): Step[][] => {
  const uniform = seeded(SEED)
  const all = permutations(STEPS)
  return Array.from({ length: n }, () => all[Math.floor(uniform() * all.length)]!)
}

test.each([
  ['each processed before the next', false],
  ['all at once', true]
])(
  `one final state in every order of arrival, seed ${SEED}: %s`,
  async (_, isRacing) => {
    const states = new Map<string, string[]>()
    for (const [i, steps] of sample(8).entries()) {
      const token = `${SEED}${isRacing ? 'R' : 'S'}${i}X`
      const messages = messagesOf(token)
      if (isRacing) await w.sendTogether(...steps.map((step) => messages[step]))
      else for (const step of steps) await w.send(messages[step])
      const state = (await stateByIdentifier((query) => w.search(query), token, ['O'])).join('\n')
      states.set(state, [...(states.get(state) ?? []), steps.join(', ')])
    }
    const [first = '', ...others] = [...states.keys()]
    const found = others.map((other) => differences(first.split('\n'), other.split('\n')).slice(0, 20))
    expect([found, [...states.values()].slice(1)]).toEqual([[], []])
    const state = [...states.keys()][0]!
      .split('\n')
      .map((line) => JSON.parse(line) as { resourceType: string; reasonReference?: object[] })
    const risks = state.filter(({ resourceType }) => resourceType === 'RiskAssessment')
    // The later ECG has both potassium values as its reason, by itself and for the order; the earlier one none.
    expect(risks.map(({ reasonReference = [] }) => reasonReference.length).toSorted()).toEqual([0, 2, 2])
  },
  180_000
)
