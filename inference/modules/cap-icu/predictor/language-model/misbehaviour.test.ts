import { gzipSync } from 'node:zlib'
import {
  type ChatBehaviour,
  type ChatRequest,
  completion,
  startChatServer
} from '../../../../../test/support/chat-server.ts'
import { answerOf, ruleAnswer } from '../../../../../test/support/rule-chat.ts'
import type { LanguageExchange } from '../../types.ts'
import { MAX_BODY_BYTES } from './bounded-fetch.ts'
import { type Chat, openChat } from './chat.ts'
import { languagePredictor } from './index.ts'
import { type LanguageModelOptions, readLanguageOptions } from './options.ts'
import { stayOf } from './stay.fixture.ts'

const right = answerOf(0.3, ['gcs.min', 'lactate.max', 'age'])
const say = (change: object): ChatBehaviour => ({ do: 'say', text: JSON.stringify({ ...right, ...change }) })
const good = say({})

interface Course {
  answered?: number
  error?: { code: string; reason?: string }
  exchanges: LanguageExchange[]
  requests: ChatRequest[]
  pauses: number[]
  sent: number
}

/** Counts attempts as they are made; the first `impatient` end after 40 ms, the others take what time a busy machine needs. */
const countedChat = (count: { attempts: number }, impatient: number) => async (options: LanguageModelOptions) => {
  const chat = await openChat(options)
  const limited: Chat = (prompt, schema, ms) => chat(prompt, schema, count.attempts++ < impatient ? 40 : ms)
  return limited
}

/** One question to a server that behaves so, request by request (the last behaviour stays); pauses are noted and not waited for. */
async function askOnce(
  behaviours: ChatBehaviour[],
  { impatient = 0, ...options }: { impatient?: number; [option: string]: unknown } = {},
  stay = stayOf()
): Promise<Course> {
  // By attempts made and not by requests that came: one that was given up early may never arrive.
  const count = { attempts: 0 }
  const server = await startChatServer(() => behaviours[Math.min(count.attempts, behaviours.length) - 1]!)
  const exchanges: LanguageExchange[] = []
  const pauses: number[] = []
  const timing = { now: () => performance.now(), pause: async (ms: number) => void pauses.push(ms) }
  try {
    const read = readLanguageOptions({
      kind: 'language-model',
      endpoint: server.endpoint,
      model: 'test-model',
      allowedHosts: [server.host],
      retries: 1,
      ...options
    })
    const course = { exchanges, requests: server.requests, pauses }
    return await languagePredictor(read, exchanges, { timing, openChat: countedChat(count, impatient) })
      .predict(stay, { variant: 'base', cases: [] })
      .then(
        ({ probability }) => ({ ...course, answered: probability, sent: server.sent() }),
        (error: { code: string; reason?: string }) => ({ ...course, error, sent: server.sent() })
      )
  } finally {
    await server.stop()
  }
}

/** Fault of the attempt, by what the server does. Each is refused alone, and forgiven when a right answer follows. */
const FAULTS = (
  [
    [
      'answers after the time-out',
      { do: 'say-late', text: JSON.stringify(right), ms: 200 },
      'timeout',
      { impatient: 1 }
    ],
    ['never answers', { do: 'hang' }, 'timeout', { impatient: 1 }],
    ['falls silent in the middle of the body', { do: 'stall' }, 'timeout', { impatient: 1 }],
    ['resets the connection in the middle of the body', { do: 'reset' }, 'connection'],
    ['writes text that is no JSON', { do: 'say', text: '{"probability": 0.3, "band": ' }, 'not-json'],
    ['sends an envelope that is no JSON', { do: 'send', body: '<html>proxy</html>' }, 'not-json'],
    ['sends an envelope without a choice', { do: 'send', body: '{"choices":[]}' }, 'no-choice'],
    ['sends JSON of another form', { do: 'say', text: '[1,2,3]' }, 'schema'],
    ['leaves a field out', say({ band: undefined }), 'schema'],
    ['names a band that does not hold the probability', say({ band: 'very-high' }), 'band-wrong'],
    ['names a band that is none', say({ band: 'critical' }), 'band-unknown'],
    ['gives a probability above 1', say({ probability: 30 }), 'probability-out-of-range'],
    ['gives a probability below 0', say({ probability: -0.1 }), 'probability-out-of-range'],
    ['writes the probability as a text', say({ probability: '73%' }), 'probability-not-a-number'],
    ['gives a confidence above 1', say({ confidence: 95 }), 'confidence'],
    ['gives two key factors', say({ key_factors: (right['key_factors'] as object[]).slice(1) }), 'key-factor-count'],
    [
      'gives four key factors',
      say({ key_factors: [...(right['key_factors'] as object[]), { name: 'creatinine.max', effect: 'raises' }] }),
      'key-factor-count'
    ],
    [
      'gives one factor twice',
      say({ key_factors: (right['key_factors'] as object[]).map(() => ({ name: 'age', effect: 'raises' })) }),
      'key-factor-repeated'
    ],
    [
      'names a factor that is no input',
      say(answerOf(0.3, ['gcs.min', 'lactate.max', 'frailty'])),
      'key-factor-unknown'
    ],
    [
      'names a protected attribute as factor',
      say(answerOf(0.3, ['gcs.min', 'lactate.max', 'sex'])),
      'key-factor-unknown'
    ],
    ['writes a reasoning without end', say({ reasoning: 'x '.repeat(700) }), 'reasoning'],
    ['refuses in words', { do: 'say', text: 'I cannot give a medical prognosis.' }, 'refused'],
    ['refuses by the field of the protocol', { do: 'say', text: '', refusal: 'No.' }, 'refused'],
    ['was cut off', { do: 'say', text: JSON.stringify(right), finish: 'length' }, 'truncated'],
    ['was stopped by a content filter', { do: 'say', text: '', finish: 'content_filter' }, 'content-filter'],
    ['says nothing', { do: 'say', text: '' }, 'empty'],
    ['is overloaded', { do: 'send', status: 429, headers: { 'retry-after': '7' }, body: '{}' }, 'http-429'],
    ['has an error of its own', { do: 'send', status: 500, body: 'oops' }, 'http-500'],
    ['floods', { do: 'flood', bytes: 10 * 1024 * 1024 }, 'too-large'],
    [
      'floods by few bytes that unpack to many',
      { do: 'send', headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(8 * 1024 * 1024, 0x20)) },
      'too-large'
    ],
    ['begins to think and never answers', { do: 'say', text: `<think>${JSON.stringify(right)}` }, 'not-json'],
    ['sends bytes that are no UTF-8', { do: 'send', body: Buffer.from(completion('caf\u00e9'), 'latin1') }, 'not-utf8'],
    ['says a date', say({ reasoning: 'Admitted on 2023-04-05 with shock.' }), 'identifier-in-answer']
  ] as [what: string, behaviour: ChatBehaviour, code: string, options?: { impatient: number }][]
)
  // Of rows of unequal length Jest takes a missing last argument for a callback to wait for.
  .map(([what, behaviour, code, options = { impatient: 0 }]) => [what, behaviour, code, options] as const)

test.each(FAULTS)(
  'takes the right answer that follows when the service %s',
  async (_what, behaviour, code, options) => {
    const course = await askOnce([behaviour, good], options)
    expect(course.error).toBeUndefined()
    expect(course.answered).toBe(0.3)
    expect(course.exchanges).toHaveLength(1)
    expect(course.exchanges[0]!.attempts.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['rejected', code],
      ['accepted', undefined]
    ])
    expect(course.exchanges[0]!.answer).toEqual(right)
  }
)

test.each(FAULTS)(
  'gives up by code, and records no answer, when the service always %s',
  async (_what, behaviour, code, options) => {
    const course = await askOnce([behaviour], options.impatient ? { impatient: 2 } : {})
    expect(course.answered).toBeUndefined()
    expect(course.error).toMatchObject({ code: 'MODEL_UNAVAILABLE', reason: code })
    expect(course.exchanges).toEqual([
      {
        variant: 'base',
        model: 'test-model',
        promptSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        prompt: expect.stringContaining('gcs.min: 9'),
        attempts: [
          { outcome: 'rejected', code, ms: expect.any(Number) },
          { outcome: 'rejected', code, ms: expect.any(Number) }
        ]
      }
    ])
  }
)

test('takes JSON out of the one code fence that has talk around it, and drops what was not asked for', async () => {
  const text = `Here you are:\n\`\`\`json\n${JSON.stringify({ ...right, patient: 'nobody' })}\n\`\`\`\nTake care.`
  const course = await askOnce([{ do: 'say', text }])
  expect(course.answered).toBe(0.3)
  expect(course.exchanges[0]!.answer).toEqual(right)
})

test.each([
  [200, ''],
  [200, 'null'],
  [200, '[]'],
  [200, '"text"'],
  [200, '{"choices":5}'],
  [200, '{"choices":[null]}'],
  [200, '{"choices":[{"message":null}]}'],
  [200, '{"choices":[{"message":{"content":5}}]}'],
  [204, ''],
  [404, '<html>'],
  [500, '']
])('gives up by code on status %i with body %s', async (status, body) => {
  const course = await askOnce([{ do: 'send', status, body }], { retries: 0 })
  expect(course.error).toMatchObject({ code: 'MODEL_UNAVAILABLE' })
  expect(course.exchanges[0]!.attempts).toEqual([
    {
      outcome: 'rejected',
      code: expect.stringMatching(/^(?:no-choice|empty|connection|http-\d+)$/),
      ms: expect.any(Number)
    }
  ])
})

test('asks nothing of a stay that has fewer than three values to name', async () => {
  const bare = { input: { moment: '24h' as const, windowHours: 24, age: 70 }, features: { 'gcs.min': 9 } }
  const course = await askOnce([good], {}, bare)
  expect(course.error).toMatchObject({ code: 'MODEL_UNAVAILABLE', reason: 'too-few-values' })
  expect(course.requests).toEqual([])
})

test('leaves aside what a model wrote while it thought', async () => {
  const text = `<think>\nMaybe {"probability": 0.9}?\n</think>\n${JSON.stringify(right)}`
  const course = await askOnce([{ do: 'say', text }])
  expect(course.answered).toBe(0.3)
  expect(JSON.stringify(course.exchanges[0]!.answer)).not.toContain('Maybe')
})

test('does not choose between two code fences', async () => {
  const fence = `\`\`\`json\n${JSON.stringify(right)}\n\`\`\``
  const course = await askOnce([{ do: 'say', text: `${fence}\nor\n${fence}` }])
  expect(course.error).toMatchObject({ reason: 'not-json' })
})

test('waits as long as the service asks before the next attempt, else half a second and then twice as long each time', async () => {
  const busy: ChatBehaviour = { do: 'send', status: 429, headers: { 'retry-after': '7' }, body: '{}' }
  const broken: ChatBehaviour = { do: 'send', status: 503, body: '' }
  const course = await askOnce([busy, broken, broken, good], { retries: 3 })
  expect(course.pauses).toEqual([7000, 1000, 2000])
  expect(course.answered).toBe(0.3)
})

test('does not wait past the deadline of the stay', async () => {
  const course = await askOnce([{ do: 'send', status: 429, headers: { 'retry-after': '3600' }, body: '{}' }], {
    retries: 3
  })
  expect(course.error).toMatchObject({ code: 'MODEL_UNAVAILABLE', reason: 'deadline' })
  expect(course.pauses).toEqual([])
  expect(course.exchanges[0]!.attempts).toMatchObject([{ outcome: 'rejected', code: 'http-429' }])
})

test('follows no redirect, and does not ask a second time', async () => {
  const elsewhere = await startChatServer(ruleAnswer)
  try {
    const headers = { location: `${elsewhere.endpoint}/chat/completions` }
    const course = await askOnce([{ do: 'send', status: 307, headers, body: '' }], { retries: 3 })
    expect(course.error).toMatchObject({ code: 'MODEL_UNAVAILABLE', reason: 'redirect' })
    expect(course.requests).toHaveLength(1)
    expect(elsewhere.requests).toEqual([])
  } finally {
    await elsewhere.stop()
  }
})

test.each([400, 401, 403, 404])('does not repeat what a service refuses with %i', async (status) => {
  const course = await askOnce([{ do: 'send', status, body: '{"error":{"message":"no"}}' }], { retries: 3 })
  expect(course.error).toMatchObject({ code: 'MODEL_UNAVAILABLE', reason: `http-${status}` })
  expect(course.requests).toHaveLength(1)
})

test('reads no more of a flood than the limit and what the sockets hold', async () => {
  const course = await askOnce([{ do: 'flood', bytes: 200 * 1024 * 1024 }], { retries: 0 })
  expect(course.error).toMatchObject({ reason: 'too-large' })
  // Socket buffers of both sides on loopback take some megabytes.
  expect(course.sent).toBeLessThan(MAX_BODY_BYTES + 32 * 1024 * 1024)
})

test('refuses an answer that repeats what the record says of somebody and nobody was told', async () => {
  const stay = stayOf({ race: 'Jane Roe' })
  const course = await askOnce([say({ reasoning: 'Mrs Roe is in shock.' })], { retries: 0 }, stay)
  expect(course.error).toMatchObject({ reason: 'identifier-in-answer' })
  expect(JSON.stringify(course.exchanges)).not.toMatch(/roe/i)
})

test('keeps the first answer that passes, and each rejected one by code only, when every answer is another', async () => {
  const course = await askOnce([say({ probability: 2 }), say({ band: 'low' }), good, say({ probability: 0.31 })], {
    retries: 3
  })
  expect(course.answered).toBe(0.3)
  expect(course.requests).toHaveLength(3)
  expect(new Set(course.requests.map(({ user, system }) => system + user)).size).toBe(1)
  expect(course.exchanges[0]!.attempts.map(({ code }) => code)).toEqual([
    'probability-out-of-range',
    'band-wrong',
    undefined
  ])
})

test('sends the key it was given and nothing of this machine', async () => {
  process.env['TEST_CHAT_KEY'] = 'sk-test-1'
  process.env['OPENAI_CUSTOM_HEADERS'] = 'x-leak: 1'
  process.env['OPENAI_ORG_ID'] = 'org-leak'
  process.env['OPENAI_API_KEY'] = 'sk-leak'
  try {
    const withKey = await askOnce([good], { apiKeyVariable: 'TEST_CHAT_KEY' })
    const without = await askOnce([good])
    expect(withKey.requests[0]!.headers['authorization']).toBe('Bearer sk-test-1')
    expect(without.requests[0]!.headers).not.toHaveProperty('authorization')
    const names = Object.keys(without.requests[0]!.headers)
    expect(names.filter((name) => name.startsWith('x-') || name.startsWith('openai'))).toEqual([])
    expect(withKey.requests[0]).toMatchObject({
      path: '/v1/chat/completions',
      body: {
        model: 'test-model',
        temperature: 0.1,
        max_tokens: 800,
        stream: false,
        response_format: { type: 'json_schema' }
      }
    })
    expect(JSON.stringify(withKey.exchanges)).not.toContain('sk-test-1')
  } finally {
    for (const name of ['TEST_CHAT_KEY', 'OPENAI_CUSTOM_HEADERS', 'OPENAI_ORG_ID', 'OPENAI_API_KEY'])
      delete process.env[name]
  }
})

test.each([{ apiKeyVariable: 'NOT_SET_ANYWHERE' }, { apiKeyFile: 'no/such/file' }])(
  'asks nothing without the key that is named: %j',
  async (options) => {
    const course = await askOnce([good], options)
    expect(course.error).toMatchObject({ code: 'MODEL_UNAVAILABLE', reason: 'api-key' })
    expect(course.requests).toEqual([])
  }
)
