import type { IncomingMessage } from 'node:http'
import { AppError } from '../../../core/errors/app-error.ts'

/** Bytes of all bodies that are being read or taken: bounds the memory of parallel uploads. */
export interface BodyBudget {
  used: number
  readonly limit: number
}

export interface Body {
  bytes: Uint8Array
  /** Gives the bytes back to the budget, once the message is taken. */
  release(): void
}

/**
 * Whole body of a request.
 *
 * @throws AppError MESSAGE_TOO_LARGE (by Content-Length before a byte is read, or while it streams), BACK_PRESSURE when
 * the budget is used up, BAD_REQUEST (reason 'aborted', 'empty')
 */
export async function readBody(request: IncomingMessage, maxBytes: number, budget: BodyBudget): Promise<Body> {
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > maxBytes) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'content-length' })
  if (budget.used + declared > budget.limit) throw new AppError('BACK_PRESSURE', { reason: 'uploads' })
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length
      budget.used += chunk.length
      if (length > maxBytes) throw new AppError('MESSAGE_TOO_LARGE', { reason: 'body' })
      if (budget.used > budget.limit) throw new AppError('BACK_PRESSURE', { reason: 'uploads' })
      chunks.push(chunk)
    }
  } catch (cause) {
    budget.used -= length
    throw cause instanceof AppError ? cause : new AppError('BAD_REQUEST', { reason: 'aborted', cause })
  }
  if (length === 0) throw new AppError('BAD_REQUEST', { reason: 'empty' })
  return {
    bytes: Buffer.concat(chunks, length),
    release() {
      budget.used -= length
    }
  }
}
