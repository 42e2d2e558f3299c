import { report } from './report.ts'

test.each([
  ['no report', []],
  ['an unknown report', ['gaps', 'pocket-k']],
  ['no module', ['subgroups']],
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
