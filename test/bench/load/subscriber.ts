/**
 * A laboratory and the ward that it alarms, in one process and by one clock: haemolysed potassium results go out at a
 * steady rate, and each is timed until the rest-hooks have brought both that person's alert Task and the model's new
 * result on their ECG.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RiskAssessment, Task } from '@medplum/fhirtypes'
import { createMllpClient } from '../../../adapters/transports/mllp/client.ts'
import { serveLoad } from '../support/load.ts'
import { person, potassium } from '../support/messages.ts'

export interface AlertPlay {
  host: string
  port: number
  perSecond: number
  /** 'Patient/<id>' of each person number. */
  patients: string[]
  prefix: string
  /** How long the last notification may take. */
  patienceMs: number
}

export interface AlertReport {
  sent: number
  acknowledged: number
  /** Milliseconds from the write of the lab message to the receipt of the later of its two notifications, by person. */
  latencyMs: number[]
  /** Notifications beyond one Task and one result of a person. */
  repeated: number
}

interface Heard {
  Task?: number
  RiskAssessment?: number
}

const heard = new Map<string, Heard>()
let repeated = 0
let onHeard = (): void => {}

serveLoad({ listen, play })

async function listen(): Promise<{ url: string }> {
  const server = createServer((request, response) => {
    const at = performance.now()
    void bodyOf(request).then((body) => {
      note(body, at)
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts` }
}

function note(body: string, at: number): void {
  const resource = JSON.parse(body) as Task | RiskAssessment
  const subject = resource.resourceType === 'Task' ? resource.for : resource.subject
  const patient = heard.get(subject?.reference ?? '') ?? {}
  heard.set(subject?.reference ?? '', patient)
  if (patient[resource.resourceType] !== undefined) repeated++
  else patient[resource.resourceType] = at
  onHeard()
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

async function play({ host, port, perSecond, patients, prefix, patienceMs }: AlertPlay): Promise<AlertReport> {
  heard.clear()
  repeated = 0
  const client = createMllpClient({ host, port, maxInFlight: 1000, timeoutMs: 30_000 })
  const sentAt = new Map<string, number>()
  const answers: Promise<{ code: string }>[] = []
  const began = performance.now()
  for (const [number, patient] of patients.entries()) {
    const wait = began + (number * 1000) / perSecond - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const controlId = `${prefix}${number}`
    sentAt.set(patient, performance.now())
    answers.push(client.send(potassium(person(number), { controlId, at: new Date(), value: 6.8, haemolysed: true })))
  }
  const codes = (await Promise.all(answers)).map(({ code }) => code)
  await allHeard(patients.length, patienceMs)
  await client.close()
  const latencyMs = patients.flatMap((patient) => {
    const { Task: task, RiskAssessment: risk } = heard.get(patient) ?? {}
    return task && risk ? [Math.max(task, risk) - sentAt.get(patient)!] : []
  })
  return {
    sent: patients.length,
    acknowledged: codes.filter((code) => code === 'AA').length,
    latencyMs,
    repeated
  }
}

/** Resolves when both notifications of as many people were heard, or when patience ends. */
function allHeard(count: number, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs)
    onHeard = () => {
      const done = [...heard.values()].filter(({ Task: task, RiskAssessment: risk }) => task && risk)
      if (done.length < count) return
      clearTimeout(timer)
      resolve()
    }
    onHeard()
  })
}
