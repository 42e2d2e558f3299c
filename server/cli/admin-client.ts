import { AppError } from '../../core/errors/app-error.ts'

export const DEFAULT_URL = 'http://127.0.0.1:8080'

/** One call to a running server's /admin. Token from HISBUNDLE_AUTH_TOKEN. */
export async function admin<T>(base: string, path: string, body?: unknown): Promise<T> {
  const token = process.env.HISBUNDLE_AUTH_TOKEN
  let response: Response
  try {
    response = await fetch(new URL(path, base), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {})
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
  } catch (cause) {
    throw new AppError('DESTINATION_UNREACHABLE', { at: base, reason: 'is-the-server-up', cause })
  }
  if (!response.ok)
    throw new AppError(response.status === 404 ? 'FHIR_NOT_FOUND' : 'BAD_REQUEST', {
      at: path,
      reason: `http-${response.status}`
    })
  return (await response.json()) as T
}
