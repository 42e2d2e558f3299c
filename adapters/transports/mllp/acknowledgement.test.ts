import { type AckOutcome, ackMode } from './acknowledgement.ts'

const OUTCOMES: AckOutcome[] = ['ok', 'failed', 'error', 'reject']
const cell = (msh15: string, msh16: string, outcome: AckOutcome, alwaysAck = false): string => {
  const { accept, application } = ackMode(msh15, msh16, { alwaysAck }).decide(outcome)
  return [accept, application].filter(Boolean).join('+') || '-'
}

/**
 * Each cell derived from the words of table 0155 rather than copied: AL always, NE never, ER only on error or reject, SU
 * only on success; a message refused at the accept level has no application answer.
 */
function byTheWords(msh15: string, msh16: string, outcome: AckOutcome): string {
  if (msh15 === '' && msh16 === '') return { ok: 'AA', failed: 'AA', error: 'AE', reject: 'AR' }[outcome]
  const isAsked = (type: string, isGood: boolean): boolean =>
    type === 'AL' || (type === 'ER' && !isGood) || (type === 'SU' && isGood)
  const isTaken = outcome === 'ok' || outcome === 'failed'
  const accept = isAsked(msh15, isTaken) ? { ok: 'CA', failed: 'CA', error: 'CE', reject: 'CR' }[outcome] : undefined
  const isAnswered = isTaken || accept === undefined
  const application =
    isAnswered && isAsked(msh16, outcome === 'ok')
      ? { ok: 'AA', failed: 'AE', error: 'AE', reject: 'AR' }[outcome]
      : undefined
  return [accept, application].filter(Boolean).join('+') || '-'
}

const TYPES = ['', 'AL', 'NE', 'ER', 'SU']
const CELLS = TYPES.flatMap((a) => TYPES.flatMap((b) => OUTCOMES.map((o): [string, string, AckOutcome] => [a, b, o])))

test.each(CELLS)('MSH-15 %j, MSH-16 %j, %s', (msh15, msh16, outcome) => {
  expect(cell(msh15, msh16, outcome)).toBe(byTheWords(msh15, msh16, outcome))
})

test.each([
  ['NE', 'NE'],
  ['', 'NE'],
  ['NE', '']
])('with alwaysAck %j / %j is answered in the original mode', (msh15, msh16) => {
  expect(OUTCOMES.map((outcome) => cell(msh15, msh16, outcome, true))).toEqual(['AA', 'AA', 'AE', 'AR'])
  expect(ackMode(msh15, msh16).mode).toBe('original')
})

test('an unknown value is answered in the original mode and noted', () => {
  for (const [msh15, msh16] of [
    ['ACCEPT', 'AL'],
    ['AL', '__proto__'],
    ['al', 'NE']
  ] as const) {
    expect(ackMode(msh15, msh16)).toMatchObject({ mode: 'original', isUnknownValue: true })
    expect(cell(msh15, msh16, 'reject')).toBe('AR')
  }
  expect(ackMode('AL', 'NE')).toMatchObject({ mode: 'enhanced', isUnknownValue: false })
})
