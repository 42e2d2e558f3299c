import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A handler as it is often written, for access-canaries.test.ts only: it logs what came, repeats it in the error, counts
 * it under a label, keeps it in the temporary folder, and puts what it works on into the title.
 */
export function carelessly(body: string, tempDir: string) {
  const [, mrn = ''] = /\|(\w+)\^\^\^/.exec(body) ?? []
  writeFileSync(join(mkdtempSync(join(tempDir, 'msg-')), `${mrn}.hl7`), body)
  return {
    log: JSON.stringify({ level: 20, message: Buffer.from(body).toString('base64') }),
    error: JSON.stringify({ issue: [{ diagnostics: `no patient ${mrn}` }] }),
    metrics: `messages{patient="${Buffer.from(mrn).toString('hex')}"} 1`,
    title: `server (working on ${mrn})`
  }
}
