// Exit 0 when the server of this container is ready. Plain JavaScript, no dependency; /readyz asks for no credentials.
const port = process.env.HISBUNDLE_HTTP_PORT ?? '8080'
try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4000) })
  process.exitCode = answer.ok ? 0 : 1
} catch {
  process.exitCode = 1
}
