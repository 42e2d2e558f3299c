/**
 * What takes long: the command line as processes, kill -9 under load, every order of arrival, real records, the benches'
 * correctness, scaffolds. They run by `npm run test:long` and in .ci/run; `npm test` leaves them out so that it stays
 * under a minute.
 */
const LONG = [
  '/server/cli/',
  '/test/integration/(arrivals|alerts|lab-workflow|metrics|backup|retention|observability|mirror|access-|ecg-|third-party|model-swap|handheld)',
  '/test/chaos/(kill|full-disk|clock|torn-acknowledged)\\.test',
  '/test/chaos/a1/',
  '/test/month/',
  '/docker/image',
  '/test/real/',
  '/test/bench/',
  '/test/scaffold',
  '/test/fuzz/',
  '/test/hostile/(redos|static-rules|queries|inflated|associations)',
  '/server/app/upgrade',
  '/crash\\.test',
  // Figures on the data folder.
  '\\.data\\.test'
]
const onlyLong = process.env.TEST_LONG === '1'
/** Suites against other people's engines; test/peers/run.mjs installs these and runs them. */
const onlyPeers = process.env.TEST_PEERS === '1'

const testRegex = onlyPeers
  ? ['\\.peer\\.test\\.ts$']
  : onlyLong
    ? LONG.map((part) => `${part}.*\\.test\\.ts$|${part}\\.ts$`)
    : ['\\.test\\.ts$']

export default {
  testEnvironment: '<rootDir>/test/support/jest-environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }]
  },
  testRegex,
  testPathIgnorePatterns: [
    '/node_modules/',
    '/.hisbundle/',
    ...(onlyPeers ? [] : ['/test/peers/']),
    ...(onlyLong || onlyPeers ? [] : LONG)
  ],
  modulePathIgnorePatterns: ['/.hisbundle/'],
  // A laptop at work or a shared CI machine may be ten times slower than a quiet one; what hangs still ends.
  testTimeout: onlyPeers ? 120000 : 60000,
  maxWorkers: 2
}
