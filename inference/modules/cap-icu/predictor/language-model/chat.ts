import { readFile } from 'node:fs/promises'
import { AppError } from '../../../../../core/errors/app-error.ts'
import { boundedFetch, ResponseFault } from './bounded-fetch.ts'
import type { LanguageModelOptions } from './options.ts'
import type { Prompt } from './prompt.ts'

/** What one attempt brought: the text of the answer, or why there is none. */
export type ChatReply =
  | { text: string; servedModel?: string }
  /** `again`: the same call may succeed later, not before `afterMs` where the service said so. */
  | { fault: string; again: boolean; afterMs?: number }

/** One call of a chat-completions service. */
export type Chat = (prompt: Prompt, schema: Record<string, unknown>, timeoutMs: number) => Promise<ChatReply>

/** Same answer to the same question, as far as the service keeps to it. */
const SEED = 20

/**
 * A client of the endpoint. The `openai` package does the protocol; what it would do besides is turned off: it tries nothing
 * again (we do, by what the answer says), logs nothing, takes nothing from OPENAI_* variables but headers, which `boundedFetch` drops.
 * It is loaded only here: hundreds of files that a hospital without such a model never needs.
 *
 * @throws AppError MODEL_UNAVAILABLE reason `api-key` when a key is named and not there
 */
export async function openChat(
  options: LanguageModelOptions,
  environment: Record<string, string | undefined> = process.env
): Promise<Chat> {
  const { default: OpenAI } = await import('openai')
  const key = await readKey(options, environment)
  const client = new OpenAI({
    baseURL: options.endpoint,
    apiKey: key ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: boundedFetch(key !== undefined)
  })
  return async (prompt, schema, timeoutMs) => {
    try {
      const completion = await client.chat.completions.create(
        {
          model: options.model,
          messages: [
            { role: 'system', content: prompt.system },
            { role: 'user', content: prompt.user }
          ],
          temperature: options.temperature,
          max_tokens: options.maxTokens,
          seed: SEED,
          stream: false,
          ...responseFormat(options, schema)
        },
        { timeout: timeoutMs }
      )
      return readCompletion(completion)
    } catch (error) {
      return readFailure(error, OpenAI)
    }
  }
}

function responseFormat({ responseFormat: kind }: LanguageModelOptions, schema: Record<string, unknown>): object {
  if (kind === 'none') return {}
  if (kind === 'json_object') return { response_format: { type: 'json_object' } }
  return { response_format: { type: 'json_schema', json_schema: { name: 'estimate', strict: true, schema } } }
}

interface Completion {
  model?: unknown
  choices?: { finish_reason?: unknown; message?: { content?: unknown; refusal?: unknown } }[]
}

/** The package gives back what was sent, whatever its form. */
function readCompletion(completion: unknown): ChatReply {
  const { model, choices } = (completion ?? {}) as Completion
  const choice = Array.isArray(choices) ? choices[0] : undefined
  if (!choice || typeof choice !== 'object') return { fault: 'no-choice', again: true }
  if (choice.finish_reason === 'content_filter') return { fault: 'content-filter', again: true }
  if (choice.message?.refusal) return { fault: 'refused', again: true }
  // A text that was cut off may still be JSON by chance, with a reasoning that ends in mid-sentence.
  if (choice.finish_reason === 'length') return { fault: 'truncated', again: true }
  const content = choice.message?.content
  const text = typeof content === 'string' ? content : ''
  return { text, ...(isModelName(model) ? { servedModel: model } : {}) }
}

const isModelName = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9][\w.:/-]{0,99}$/.test(value)

type ClientClass = typeof import('openai').default

function readFailure(error: unknown, OpenAI: ClientClass): ChatReply {
  const fault = responseFault(error)
  if (fault) return { fault: fault.code, again: fault.code !== 'redirect' }
  if (error instanceof OpenAI.APIConnectionError) return { fault: 'connection', again: true }
  if (error instanceof OpenAI.APIError && typeof error.status === 'number') {
    const again =
      error.status === 408 ||
      error.status === 409 ||
      error.status === 425 ||
      error.status === 429 ||
      error.status >= 500
    return { fault: `http-${error.status}`, again, ...retryAfter(error.headers as Headers | undefined) }
  }
  if (error instanceof SyntaxError) return { fault: 'not-json', again: true }
  throw new AppError('INFERENCE_FAILED', { reason: 'chat-client', cause: error })
}

/** Our own fault stands behind the client's. */
function responseFault(error: unknown): ResponseFault | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++)
    if (at instanceof ResponseFault) return at
  return undefined
}

/** Seconds of Retry-After (RFC 9110 section 10.2.3); its date form is left aside, since two clocks would have to agree. */
function retryAfter(headers: Headers | undefined): { afterMs?: number } {
  const text = headers?.get('retry-after') ?? ''
  return /^\d{1,6}$/.test(text) ? { afterMs: Number(text) * 1000 } : {}
}

async function readKey(
  { apiKeyVariable, apiKeyFile }: LanguageModelOptions,
  environment: Record<string, string | undefined>
): Promise<string | undefined> {
  if (!apiKeyVariable && !apiKeyFile) return undefined
  const key = apiKeyVariable ? environment[apiKeyVariable] : await readFile(apiKeyFile!, 'utf8').catch(() => undefined)
  const trimmed = key?.trim()
  // Printable ASCII without blanks: anything else is no header value, and an error of it would hold the key.
  if (!trimmed || !/^[\x21-\x7e]{1,4096}$/.test(trimmed)) throw new AppError('MODEL_UNAVAILABLE', { reason: 'api-key' })
  return trimmed
}
