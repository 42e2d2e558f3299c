import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Writes of 4 KiB, each followed by fdatasync, in the folder where the worlds of the benches lie. */
export function fsyncPerSecond(seconds = 0.5): number {
  const dir = mkdtempSync(join(tmpdir(), 'hb-fsync-'))
  const file = openSync(join(dir, 'probe'), 'w')
  const block = Buffer.alloc(4096, 1)
  const began = performance.now()
  let count = 0
  while (performance.now() - began < seconds * 1000) {
    writeSync(file, block)
    fdatasyncSync(file)
    count++
  }
  const perSecond = (count / (performance.now() - began)) * 1000
  closeSync(file)
  rmSync(dir, { recursive: true })
  return perSecond
}
