import { report } from './report.ts'
import { tableOf } from './report-reliability.ts'

test.each([
  ['no report', []],
  ['an unknown report', ['gaps', 'pocket-k']],
  ['no module', ['subgroups']],
  ['the reliability of a module without labels', ['reliability', 'pocket-k']],
  ['neither folder nor server', ['subgroups', 'pocket-k']],
  ['both', ['subgroups', 'pocket-k', '--data', 'd', '--server', 'http://127.0.0.1:9']],
  ['a period of a folder', ['subgroups', 'pocket-k', '--data', 'd', '--from', '2026-01-01']]
])('refuses %s as usage', async (_what, args) => {
  await expect(report.run(args)).rejects.toMatchObject({ name: 'UsageError' })
})

test('a server that is not there is an error with its address, not a stack', async () => {
  await expect(report.run(['subgroups', 'pocket-k', '--server', 'http://127.0.0.1:9'])).rejects.toMatchObject({
    code: 'DESTINATION_UNREACHABLE'
  })
})

test('the reliability table says of every label how good it is and why it is hidden', () => {
  const label = (key: string, data: 'real' | 'simulated') => ({ key, title: key, chapter: 'c', data })
  const row = { key: 'MI', dataName: 'd', data: 'real' as const, n: 353, positives: 60, auroc: 0.81, ageSexAuroc: 0.7 }
  const lines = tableOf('model 1', [
    { label: label('copd', 'simulated'), grade: 'U', hidden: 'no-reliability' },
    {
      label: label('MI', 'real'),
      grade: 'B',
      reliability: { ...row, aurocCi: [0.7, 0.9], gain: 0.11, gainCi: [0.01, 0.2], ece: 0.04 }
    }
  ])
  expect(lines[0]).toBe('model 1: 1 of 2 labels shown')
  expect(lines[2]).toMatch(/^ {2}MI .* B +353 +60 .*0\.110 \(0\.010 to 0\.200\).* - +yes$/)
  expect(lines[3]).toMatch(/~copd .*no table {2}no: no table says how good they are$/)
})
