import { defineTransportDriver } from '../../transport-driver.ts'
import { createMllpClient } from './client.ts'

const TIMEOUT_MS = 5000

/** A simulated ORU^R01 with a note of two kilobytes, so that a limit can be set below it. */
const message = (n: number): Buffer =>
  Buffer.from(
    [
      `MSH|^~\\&|LAB|NORTH|HB|HOSP|20260131235900+0100||ORU^R01^ORU_R01|C${n}|T|2.5.1`,
      'PID|1||T0001^^^HOSP^MR||TEST^SIMULATED||19700101|F',
      'OBR|1|P1|F1|K^Potassium^L|||20260131230000',
      'OBX|1|NM|K^Potassium^L||4.1|mmol/L|||||F',
      `NTE|1||${'x'.repeat(2000)}`,
      ''
    ].join('\r')
  )

/** An honest sender: one message a connection, the answer by its MSA-2. */
export default defineTransportDriver({
  async send(address, n) {
    const { hostname: host, port } = new URL(address.replace(/^mllp/, 'http'))
    const client = createMllpClient({ host, port: Number(port), timeoutMs: TIMEOUT_MS })
    try {
      const { code } = await client.send(message(n))
      return code === 'AA' ? 'taken' : 'refused'
    } catch {
      return 'no-answer'
    } finally {
      await client.close()
    }
  },
  tooSmall: { maxFrameBytes: 1024 },
  impatient: { frameTimeoutMs: 200 }
})
