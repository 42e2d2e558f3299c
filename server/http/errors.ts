import type { ErrorRequestHandler } from 'express'
import { asAppError } from '../../core/errors/app-error.ts'
import { toOutcome } from '../../core/errors/to-outcome.ts'
import { toHttpStatus } from '../../core/errors/to-status.ts'
import type { Logger } from '../../core/log.ts'

/** The one place where an error becomes an HTTP answer: an OperationOutcome with our code, no input in it. */
export function errorAnswer(log: Logger): ErrorRequestHandler {
  return (cause: unknown, request, response, next) => {
    if (response.headersSent) return next(cause)
    const status = (cause as { status?: number } | undefined)?.status
    const error = asAppError(cause, status && status < 500 ? 'BAD_REQUEST' : 'INTERNAL')
    if (error.row.http >= 500) log.error({ code: error.code, method: request.method }, 'request failed')
    response.status(status && status < 500 ? status : toHttpStatus(error)).json(toOutcome(error))
  }
}
