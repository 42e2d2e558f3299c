import { readFileSync } from 'node:fs'
import WebSocket from 'ws'
import { writeFrame } from '../../adapters/transports/websocket-ecg/frame.ts'
import { type ServerMessage, SUBPROTOCOL } from '../../adapters/transports/websocket-ecg/protocol.ts'
import { decodeWaveformBlob } from '../record/waveform-blob.ts'
import type { DemoPatient } from './messages.ts'

/** What the handheld of the day heard while it sent ten seconds of Lead I. */
export interface HandheldStrip {
  about: string
  heartRate: number | undefined
  quality: string
  /** What was said of the strip, by module. */
  told: { module: string; text: string }[]
  /** From the strip's last sample to Pocket-K's answer on the same socket. */
  latencyMs: number | undefined
  /** Envelope under which the strip came in, once it was durable. */
  envelope: string | undefined
  /** performance.now() at the last sample. */
  sentAt: number
}

/** Longest wait for the answer: the first strip finds a cold server. */
const PATIENCE_MS = 20_000
const SCALE_UV = 1
const FRAME = 500

/** Sends ten seconds of simulated Lead I as a handheld would, ten times as fast, with the patient confirmed on the connection. */
export async function streamStrip(http: string, patient: DemoPatient): Promise<HandheldStrip> {
  const { leads, rateHz, samples } = decodeWaveformBlob(
    readFileSync(new URL('fixtures/ecg-normal.hbw', import.meta.url))
  )
  const lead = samples[leads.findIndex(({ name }) => name === 'I')]!
  const steps = Int16Array.from(lead, (mv) => Math.round((mv * 1000) / SCALE_UV))
  const socket = new WebSocket(`${http.replace('http', 'ws')}/stream/ecg`, [SUBPROTOCOL])
  const heard: ServerMessage[] = []
  let sentAt = 0
  let answeredAt: number | undefined
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, PATIENCE_MS)
    let sent = 0
    const sendUntil = (until: number): void => {
      while (sent < Math.min(until, steps.length)) {
        const values = steps.subarray(sent, Math.min(sent + FRAME, until, steps.length))
        socket.send(writeFrame({ index: sent, values }))
        sent += values.length
        sentAt = performance.now()
      }
    }
    socket.on('open', () =>
      socket.send(
        JSON.stringify({
          type: 'hello',
          signal: 'ecg',
          lead: 'I',
          rateHz,
          scaleUv: SCALE_UV,
          source: 'file',
          patient: {
            identifier: { value: patient.mrn, authority: 'DEMOHOSP' },
            family: patient.family,
            birthDate: patient.birthDate
          }
        })
      )
    )
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ServerMessage
      heard.push(message)
      if (message.type === 'ready' || message.type === 'ack') sendUntil(message.until)
      if (message.type === 'error') reject(new Error(`the handheld was refused: ${message.code}`))
      if (message.type === 'result' && message.module === 'pocket-k') {
        answeredAt = performance.now()
        clearTimeout(timer)
        resolve()
      }
    })
    socket.on('error', reject)
  })
  socket.close()
  const reading = heard.findLast((message) => message.type === 'reading')
  return {
    about: `${patient.given}'s handheld, ten seconds of Lead I`,
    heartRate: reading?.heartRate,
    quality: reading?.quality?.verdict ?? 'not read',
    told: heard.flatMap((message) =>
      message.type === 'result' ? [{ module: message.module, text: sayOf(message) }] : []
    ),
    envelope: heard.flatMap((message) => (message.type === 'strip' ? (message.envelope ?? []) : []))[0],
    sentAt,
    latencyMs: answeredAt === undefined ? undefined : Math.round(answeredAt - sentAt)
  }
}

/** The band and the probability: the first two sentences of what was said. */
function sayOf({ state, code, text }: Extract<ServerMessage, { type: 'result' }>): string {
  if (state !== 'result') return code === undefined ? state : `${state}: ${code}`
  return (text ?? '')
    .split(/(?<=\.) (?=[A-Z])/)
    .slice(0, 2)
    .join(' ')
}
