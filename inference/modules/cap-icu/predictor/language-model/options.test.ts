import { pauseBefore } from './ask.ts'
import { errorSize } from './case-text.ts'
import { outsideCalls, readLanguageOptions } from './options.ts'

const right = {
  kind: 'language-model',
  endpoint: 'https://models.ward.example/v1',
  model: 'm',
  allowedHosts: ['models.ward.example']
}

test('fills in what a site leaves open', () => {
  expect(readLanguageOptions(right)).toEqual({
    ...right,
    timeoutMs: 30_000,
    retries: 3,
    temperature: 0.1,
    maxTokens: 800,
    deadlineMs: 300_000,
    sendRace: false,
    responseFormat: 'json_schema',
    atOnce: 2
  })
})

test.each([
  { endpoint: 'http://127.0.0.1:8000/v1', allowedHosts: ['127.0.0.1:8000'] },
  { endpoint: 'http://localhost:11434/v1', allowedHosts: ['localhost:11434'] },
  { endpoint: 'http://[::1]:8000/v1', allowedHosts: ['[::1]:8000'] },
  { allowedHosts: ['models.ward.example:443'] }
])('takes %j', (change) => {
  expect(readLanguageOptions({ ...right, ...change }).kind).toBe('language-model')
})

test.each([
  [{ endpoint: 'http://models.ward.example/v1' }, 'endpoint', 'not-https'],
  [{ endpoint: 'http://127.0.0.1.evil.example/v1' }, 'endpoint', 'not-https'],
  [{ endpoint: 'file:///etc/passwd' }, 'endpoint', 'not-https'],
  [{ endpoint: 'https://user:word@models.ward.example/v1' }, 'endpoint', 'not-plain'],
  [{ endpoint: 'https://models.ward.example/v1?to=x' }, 'endpoint', 'not-plain'],
  [
    { endpoint: 'https://models.ward.example:8443/v1', allowedHosts: ['models.ward.example:443'] },
    'endpoint',
    'host-not-listed'
  ],
  [{ allowedHosts: ['ward.example'] }, 'endpoint', 'host-not-listed'],
  [{ allowedHosts: [] }, 'endpoint', 'host-not-listed'],
  [{ allowedHosts: undefined }, 'allowedHosts', 'predictor'],
  [{ endpoint: 'models' }, 'endpoint', 'predictor'],
  [{ model: '' }, 'model', 'predictor'],
  [{ timeoutMs: 0 }, 'timeoutMs', 'predictor'],
  [{ retries: 1.5 }, 'retries', 'predictor'],
  [{ retries: 1000 }, 'retries', 'predictor'],
  [{ temperature: Number.NaN }, 'temperature', 'predictor'],
  [{ atOnce: 0 }, 'atOnce', 'predictor'],
  [{ sendRace: 'yes' }, 'sendRace', 'predictor'],
  [{ responseFormat: 'xml' }, 'responseFormat', 'predictor'],
  [{ apiKeyVariable: '' }, 'apiKeyVariable', 'predictor'],
  [{ apiKey: 'sk-in-a-file' }, 'apiKey', 'unknown-key']
])('refuses %j by its key', (change, key, reason) => {
  expect(() => readLanguageOptions({ ...right, ...change })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', at: `modules.cap-icu.policy.predictor.${key}`, reason })
  )
})

test('gives its threads the variable of the key and no other, and more time than its own deadline', () => {
  const options = readLanguageOptions({ ...right, apiKeyVariable: 'WARD_KEY', deadlineMs: 60_000, atOnce: 3 })
  expect(outsideCalls(options)).toEqual({ atOnce: 3, runMs: 90_000, environment: ['WARD_KEY'] })
  expect(outsideCalls(readLanguageOptions(right)).environment).toEqual([])
})

test('doubles its pauses up to twenty seconds, and waits longer only where it is asked to', () => {
  expect([1, 2, 3, 6, 7, 12].map((n) => pauseBefore(n))).toEqual([500, 1000, 2000, 16_000, 20_000, 20_000])
  expect(pauseBefore(1, 60_000)).toBe(60_000)
})

test.each([
  [1, 0.6, 'high'],
  [1, 0.61, 'mild'],
  [1, 0.8, 'mild'],
  [1, 0.81, 'low'],
  [0, 0.2, 'mild'],
  [0, 0.19, 'low']
] as const)('calls the error of outcome %p foretold as %p %s', (died, predicted, size) => {
  expect(errorSize({ died, predicted })).toBe(size)
})
