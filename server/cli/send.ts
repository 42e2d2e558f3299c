import { readFileSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseHeader } from '../../adapters/hl7v2/header.ts'
import { splitMessages } from '../../adapters/hl7v2/split.ts'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { asAppError } from '../../core/errors/app-error.ts'
import { parseDicomAddress } from '../../dicom/net/peer.ts'
import { sendInstances } from '../../dicom/net/scu.ts'
import { type Command, optionText, parseArgs, UsageError } from './command.ts'

interface Answer {
  file: string
  /** What the peer said: an MSA-1, a DIMSE status, an HTTP status; or the code of our error. */
  answer: string
  ok: boolean
  ms: number
}

/** Plays files of one's own through a real socket. */
export const send: Command = {
  name: 'send',
  usage:
    'send <file or folder ...> --to mllp://host:port | dicom://CALLING@host:port/CALLED | http://host:port/inbound [--json]',
  summary: 'send HL7 v2, DICOM or any supported files and print what the peer answered to each',
  async run(args) {
    const { positional, options } = parseArgs(args, { flags: ['json'], values: ['to'] })
    const to = optionText(options, 'to')
    if (!to || positional.length === 0) throw new UsageError('name files and --to')
    const files = (await Promise.all(positional.map(filesUnder))).flat().sort()
    const sender = senderFor(to)
    const answers: Answer[] = []
    for (const file of files) {
      for (const answer of await sender.send(file)) {
        answers.push(answer)
        if (!options.json)
          process.stdout.write(
            `${answer.ok ? 'ok  ' : 'FAIL'}  ${answer.answer.padEnd(24)} ${answer.ms.toFixed(0).padStart(6)} ms  ${answer.file}\n`
          )
      }
    }
    await sender.close()
    const failed = answers.filter(({ ok }) => !ok).length
    if (options.json) process.stdout.write(`${JSON.stringify({ sent: answers.length, failed, answers })}\n`)
    else process.stdout.write(`${answers.length} sent, ${failed} not taken\n`)
    return failed === 0 && answers.length > 0 ? 0 : 1
  }
}

/** Gzipped files are sent as what is in them; at most 1 GiB comes out. */
function readInput(file: string): Buffer {
  const bytes = readFileSync(file)
  return file.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: 2 ** 30 }) : bytes
}

async function filesUnder(path: string): Promise<string[]> {
  if (!statSync(path).isDirectory()) return [path]
  const entries = await readdir(path, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

function senderFor(to: string): { send(file: string): Promise<Answer[]>; close(): Promise<void> } {
  const { protocol } = URL.canParse(to) ? new URL(to) : { protocol: '' }
  switch (protocol) {
    case 'mllp:':
      return mllpSender(to)
    case 'dicom:':
    case 'dicoms:':
      return { send: (file) => sendDicom(file, to), close: async () => {} }
    case 'http:':
    case 'https:':
      return { send: (file) => sendHttp(file, to), close: async () => {} }
    default:
      throw new UsageError('--to wants mllp://, dicom:// or http://')
  }
}

function mllpSender(to: string) {
  const url = new URL(to.replace(/^mllp:/, 'http:'))
  const client = createMllpClient({ host: url.hostname, port: Number(url.port || 2575), timeoutMs: 30_000 })
  return {
    close: () => client.close(),
    async send(file: string): Promise<Answer[]> {
      const answers: Answer[] = []
      for (const message of splitMessages(readInput(file))) {
        const began = performance.now()
        const kind = parseHeader(message)
        const name = kind ? `${file} (${kind.type}^${kind.event})` : file
        const answer = await client.send(withCarriageReturns(message)).then(
          ({ code }) => ({ answer: code, ok: code === 'AA' || code === 'CA' }),
          (error) => ({ answer: asAppError(error).code, ok: false })
        )
        answers.push({ file: name, ...answer, ms: performance.now() - began })
      }
      return answers
    }
  }
}

/** Files keep HL7 v2 with line feeds; the wire wants carriage returns. */
function withCarriageReturns(message: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(message).toString('latin1').replace(/\r?\n/g, '\r'), 'latin1')
}

async function sendDicom(file: string, to: string): Promise<Answer[]> {
  const began = performance.now()
  const [result] = await sendInstances(parseDicomAddress(to), [readInput(file)])
  const status =
    result?.status === undefined
      ? (result?.error?.code ?? 'no answer')
      : `0x${result.status.toString(16).padStart(4, '0')}`
  return [
    {
      file,
      answer: status,
      ok: result?.outcome === 'stored' || result?.outcome === 'warning',
      ms: performance.now() - began
    }
  ]
}

async function sendHttp(file: string, to: string): Promise<Answer[]> {
  const began = performance.now()
  const token = process.env.HISBUNDLE_AUTH_TOKEN
  try {
    const response = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: new Uint8Array(readInput(file))
    })
    await response.arrayBuffer()
    return [{ file, answer: `HTTP ${response.status}`, ok: response.ok, ms: performance.now() - began }]
  } catch (error) {
    return [
      { file, answer: asAppError(error, 'DESTINATION_UNREACHABLE').code, ok: false, ms: performance.now() - began }
    ]
  }
}
