import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createMllpClient } from '../../adapters/transports/mllp/client.ts'
import { potassium } from '../integration/support/hospital.ts'

/**
 * Shows by strace that the message lies on the disk before it is acknowledged (design section 3): the write of the
 * message into the log of the bus, the fdatasync or fsync of that file returned, then the write of the ACK to the socket.
 * Linux only; needs strace (Debian: apt-get install strace). node test/proof/strace-ack.ts
 */
if (spawnSync('strace', ['-V']).status !== 0) {
  console.error('strace is not installed (Debian, Ubuntu: apt-get install strace)')
  process.exit(2)
}
const dir = mkdtempSync(join(tmpdir(), 'hb-strace-'))
const trace = join(dir, 'trace')
const configFile = join(dir, 'config.json')
const CONTROL_ID = 'STRACEPROOF1'
writeFileSync(
  configFile,
  JSON.stringify({
    dataDir: join(dir, 'data'),
    http: { port: 0 },
    feeds: [
      { name: 'hl7', transport: 'mllp', options: { port: 0 }, defaultAuthority: 'HOSP', zone: 'UTC', codeMap: {} }
    ],
    log: { level: 'error' }
  })
)
const main = fileURLToPath(new URL('../../server/cli/main.ts', import.meta.url))
const calls = 'trace=fsync,fdatasync,write,writev,pwrite64,sendto,sendmsg'
const child = spawn(
  'strace',
  [
    '-f',
    '-qq',
    '-y',
    '-s',
    '4200',
    '-e',
    calls,
    '-o',
    trace,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    main,
    'serve',
    '--config',
    configFile,
    '--json'
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] }
)
const exited = new Promise((resolve) => child.once('close', resolve))
const address = await new Promise<string>((resolve, reject) => {
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    if (out.includes('\n')) resolve((JSON.parse(out) as { feeds: { address: string }[] }).feeds[0]!.address)
  })
  void exited.then(() => reject(new Error('the server ended before it was up')))
})
const { hostname: host, port } = new URL(address.replace('mllp:', 'http:'))
const client = createMllpClient({ host, port: Number(port), timeoutMs: 60_000 })
const now = new Date()
const { code } = await client.send(
  potassium({ controlId: CONTROL_ID, at: now, filler: 'F1', value: '4.2', collectedAt: now, mrn: 'STRACE' })
)
await client.close()
// The server itself, not strace: strace ends with it.
process.kill(Number(/^(\d+)/.exec(readFileSync(trace, 'utf8'))![1]), 'SIGTERM')
await exited

interface Call {
  line: number
  thread: string
  name: string
  file: string
  text: string
  /** Line at which it returned. */
  returned: number
  result: string
}

/** Calls of all threads in the order of their beginning; strace splits those that overlap. */
function callsOf(text: string): Call[] {
  const calls: Call[] = []
  const open = new Map<string, Call>()
  for (const [line, one] of text.split('\n').entries()) {
    const resumed = /^(\d+)\s+<\.\.\. (\w+) resumed>(.*?)\)?\s+= (-?\d+)/.exec(one)
    if (resumed) {
      const call = open.get(resumed[1]!)
      if (call) Object.assign(call, { returned: line, result: resumed[4]! })
      open.delete(resumed[1]!)
      continue
    }
    const begun = /^(\d+)\s+(\w+)\((\d+)<([^>]*(?:->[^>]*)?)>/.exec(one)
    if (!begun) continue
    const done = /\)\s+= (-?\d+)/.exec(one.slice(-60))
    const call = {
      line,
      thread: begun[1]!,
      name: begun[2]!,
      file: begun[4]!,
      text: one,
      returned: line,
      result: done?.[1] ?? '?'
    }
    calls.push(call)
    if (one.includes('<unfinished')) open.set(call.thread, call)
  }
  return calls
}

const all = callsOf(readFileSync(trace, 'latin1'))
const ack = all.find(({ text, file }) => file.startsWith('socket') && text.includes(`MSA|AA|${CONTROL_ID}`))
const appended = all.find(
  ({ text, file, name }) => /bus\.sqlite/.test(file) && name.startsWith('pwrite') && text.includes(CONTROL_ID)
)
const synced =
  appended &&
  ack &&
  all.find(
    ({ name, file, line, returned, result }) =>
      /^f(data)?sync$/.test(name) &&
      file === appended.file &&
      line > appended.returned &&
      returned < ack.line &&
      result === '0'
  )
const show = (what: string, call: Call | undefined): void =>
  console.log(
    call
      ? `line ${String(call.line).padStart(6)}  thread ${call.thread}  ${what}: ${call.name}(${call.file.replace(dir, '...')}) = ${call.result}${call.returned === call.line ? '' : ` (returned at line ${call.returned})`}`
      : `not seen: ${what}`
  )
console.log(`ORU ${CONTROL_ID} was answered ${code}; system calls in the order of the trace:`)
show('message written into the bus', appended)
show('bus synchronised to the disk', synced || undefined)
show('acknowledgement written to the socket', ack)
const isProved = Boolean(appended && synced && ack && appended.line < synced.line && synced.returned < ack.line)
console.log(isProved ? 'durable before acknowledged: yes' : 'durable before acknowledged: NOT SHOWN')
if (isProved) rmSync(dir, { recursive: true, force: true })
else console.log(`trace kept at ${trace}`)
process.exitCode = isProved ? 0 : 1
