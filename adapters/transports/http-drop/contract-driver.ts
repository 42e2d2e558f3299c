import { defineTransportDriver } from '../../transport-driver.ts'

const TIMEOUT_MS = 5000

const message = (n: number): string =>
  JSON.stringify({ resourceType: 'Patient', id: `contract-${n}`, name: [{ text: 'x'.repeat(2000) }] })

/** An honest client: one POST a connection, the answer by its status. */
export default defineTransportDriver({
  async send(address, n) {
    try {
      const response = await fetch(address, {
        method: 'POST',
        body: message(n),
        headers: { 'Content-Type': 'application/fhir+json', Connection: 'close' },
        signal: AbortSignal.timeout(TIMEOUT_MS)
      })
      await response.arrayBuffer()
      return response.ok ? 'taken' : 'refused'
    } catch {
      return 'no-answer'
    }
  },
  tooSmall: { maxBytes: 1000 },
  impatient: { requestTimeoutMs: 200 }
})
