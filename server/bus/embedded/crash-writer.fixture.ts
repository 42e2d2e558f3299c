// A process that appends without pause and names on stdout what was acknowledged; the crash test kills it.
// A write to a pipe is synchronous on Linux: a line that was read was acknowledged before it.
import { createEmbeddedBus } from './embedded-bus.ts'

const [path = '', first = '0'] = process.argv.slice(2)
const bus = createEmbeddedBus({ path, partitions: 4 })
await bus.start()
let n = Number(first)
const appendOn = async (): Promise<void> => {
  for (;;) {
    const id = `E${n++}`
    await bus.append('t', [{ key: id, value: Buffer.alloc(300, 1), headers: { 'envelope-id': id } }])
    process.stdout.write(`${id}\n`)
  }
}
await Promise.all(Array.from({ length: 8 }, appendOn))
