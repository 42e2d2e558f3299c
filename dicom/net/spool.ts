import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Up to this size an object stays in memory; the rest of a larger one goes to a file. */
const IN_MEMORY_BYTES = 1024 * 1024

let counter = 0

/**
 * The raw data set of one C-STORE while it arrives: views of what came from the socket, not copied. The file's name is ours,
 * never made from a tag; what passes the cap is counted and thrown away.
 */
export class Spool {
  private readonly dir: string
  private readonly maxBytes: number
  private chunks: Buffer[] = []
  private inMemory = 0
  private file?: { fd: number; path: string }
  size = 0

  constructor(dir: string, maxBytes: number) {
    this.dir = dir
    this.maxBytes = maxBytes
  }

  get isOversize(): boolean {
    return this.size > this.maxBytes
  }

  write(bytes: Buffer): void {
    this.size += bytes.length
    if (this.isOversize) this.discard()
    else if (this.file) writeSync(this.file.fd, bytes)
    else this.keep(bytes)
  }

  /** All bytes in their order; the spool is empty afterwards. */
  take(): Uint8Array[] {
    try {
      return this.file ? [readFileSync(this.file.path)] : this.chunks
    } finally {
      this.discard()
    }
  }

  discard(): void {
    this.chunks = []
    this.inMemory = 0
    if (!this.file) return
    closeSync(this.file.fd)
    unlinkSync(this.file.path)
    this.file = undefined
  }

  private keep(bytes: Buffer): void {
    this.chunks.push(bytes)
    this.inMemory += bytes.length
    if (this.inMemory <= IN_MEMORY_BYTES) return
    const path = join(this.dir, `${process.pid}-${++counter}.part`)
    this.file = { fd: openSync(path, 'wx', 0o600), path }
    for (const chunk of this.chunks) writeSync(this.file.fd, chunk)
    this.chunks = []
    this.inMemory = 0
  }
}
