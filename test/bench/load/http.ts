/** REST clients: transactions of two resources, and searches, each as soon as the one before is answered. */
import { Agent, type RequestOptions, request } from 'node:http'
import { serveLoad } from '../support/load.ts'
import { quantile } from '../support/quantile.ts'

export interface HttpReport {
  /** Answers 2xx; nothing else is counted as done. */
  ok: number
  other: number
  seconds: number
  ms: { p50: number; p95: number; p99: number }
}

interface Round {
  /** 'http://127.0.0.1:port/fhir/R4' */
  base: string
  seconds: number
  concurrency: number
}

serveLoad({ transactions, searches })

async function transactions({ prefix, ...round }: Round & { prefix: string }): Promise<HttpReport> {
  return drive(round, (number) => ({ path: '', body: Buffer.from(JSON.stringify(twoResources(prefix, number))) }))
}

/** Ids are drawn at random from what is loaded, so that no cache of one row makes the figure. */
async function searches({ patients, ...round }: Round & { patients: string[] }): Promise<HttpReport> {
  return drive(round, (number) => {
    const patient = patients[Math.floor(Math.random() * patients.length)]!
    const queries = [
      `/Observation?patient=${patient}&code=http://loinc.org|2823-3&_sort=-date&_count=10`,
      `/Observation?patient=${patient}&_count=20`,
      `/RiskAssessment?patient=${patient}&_sort=-date&_count=5`,
      `/DiagnosticReport?patient=${patient}&_include=DiagnosticReport:result&_count=10`
    ]
    return { path: queries[number % queries.length]! }
  })
}

async function drive(
  { base, seconds, concurrency }: Round,
  next: (number: number) => { path: string; body?: Buffer }
): Promise<HttpReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const ms: number[] = []
  let [ok, other, number] = [0, 0, 0]
  const began = performance.now()
  const lane = async (): Promise<void> => {
    while (performance.now() - began < seconds * 1000) {
      const { path, body } = next(number++)
      const asked = performance.now()
      const status = await call(`${base}${path}`, body, agent)
      ms.push(performance.now() - asked)
      if (status >= 200 && status < 300) ok++
      else other++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  const took = (performance.now() - began) / 1000
  agent.destroy()
  return { ok, other, seconds: took, ms: { p50: quantile(ms, 0.5), p95: quantile(ms, 0.95), p99: quantile(ms, 0.99) } }
}

function call(url: string, body: Buffer | undefined, agent: Agent): Promise<number> {
  const options: RequestOptions = body
    ? { agent, method: 'POST', headers: { 'content-type': 'application/fhir+json', 'content-length': body.byteLength } }
    : { agent }
  return new Promise((resolve, reject) => {
    const sent = request(encodeURI(url), options, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A new person and one observation of theirs, joined by a urn inside the transaction. */
function twoResources(prefix: string, number: number): object {
  const fullUrl = `urn:uuid:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl,
        request: { method: 'POST', url: 'Patient' },
        resource: {
          resourceType: 'Patient',
          identifier: [{ system: 'urn:bench', value: `${prefix}${number}` }],
          name: [{ family: `Bench${number}`, given: ['Anna'] }],
          gender: 'female',
          birthDate: '1950-02-03'
        }
      },
      {
        request: { method: 'POST', url: 'Observation' },
        resource: {
          resourceType: 'Observation',
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: '2823-3', display: 'Potassium' }] },
          subject: { reference: fullUrl },
          effectiveDateTime: new Date().toISOString(),
          valueQuantity: { value: 4.2, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' }
        }
      }
    ]
  }
}
