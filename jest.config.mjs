/**
 * What takes long: the command line as processes, kill -9 under load, every order of arrival, real records, the benches'
 * correctness, scaffolds. They run by `npm run test:long` and in .ci/run; `npm test` leaves them out so that it stays
 * under a minute.
 */
const LONG = [
  '/server/cli/',
  '/test/integration/(kill|arrivals|alerts)',
  '/test/real/',
  '/test/bench/',
  '/test/scaffold',
  '/crash\\.test'
]
const onlyLong = process.env.TEST_LONG === '1'

export default {
  testEnvironment: '<rootDir>/test/support/jest-environment.mjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }]
  },
  testRegex: onlyLong ? LONG.map((part) => `${part}.*\\.test\\.ts$|${part}\\.ts$`) : ['\\.test\\.ts$'],
  testPathIgnorePatterns: ['/node_modules/', '/test/peers/', '/.hisbundle/', ...(onlyLong ? [] : LONG)],
  modulePathIgnorePatterns: ['/.hisbundle/'],
  testTimeout: 20000,
  maxWorkers: 2
}
